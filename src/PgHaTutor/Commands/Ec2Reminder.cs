using PgHaTutor.Ec2;
using PgHaTutor.Sessions;

namespace PgHaTutor.Commands;

/// <summary>What costs money is told at every start, from what is written down: AWS is not asked.</summary>
internal static class Ec2Reminder
{
    /// <summary>A line for each set; none where the home has nothing on EC2.</summary>
    public static IReadOnlyList<string> Lines()
    {
        try
        {
            var sets = new Ec2Folder(TutorHome.FromEnvironment().Directory).Sets();
            if (sets.Count == 0)
                return [];
            var words = new Ec2Words(Ec2PriceList.Shipped());
            return [.. sets.Select(set => words.Reminder(set, DateTimeOffset.UtcNow))];
        }
        catch (Exception noHome) when (noHome is IOException or UnauthorizedAccessException)
        {
            return []; // A verb that needs the home says so itself.
        }
    }
}
