using System.Globalization;

namespace PgHaTutor.Ui;

/// <summary>Where in a lesson the learner was on leaving, kept in a file of the home from one start to the next.</summary>
/// <param name="Block">The number of the marked block, from 0.</param>
internal sealed record Place(string Lesson, int Block)
{
    public static Place? Read(string file)
    {
        try
        {
            return File.Exists(file) && File.ReadAllText(file).Split(' ') is [var lesson, var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var block)
                ? new Place(lesson, block)
                : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null; // The lesson begins at what is open in it then.
        }
    }

    public void Write(string file)
    {
        try
        {
            File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $"{Lesson} {Block}"));
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            // It is a convenience; what counts is in the journal.
        }
    }
}
