namespace PgHaTutor.Labs;

/// <summary>Where a node's commands run, in words.</summary>
/// <param name="User">The OS user that they run as.</param>
public sealed record Place(string Host, string User)
{
    public override string ToString() => $"{Host}, as {User}";
}
