namespace PgHaTutor.Ui;

/// <summary>A few words that the screen keeps in a file of the home from one start to the next. A convenience: what counts is in the journal.</summary>
internal static class Kept
{
    public static string? Read(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllText(file) : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static void Write(string file, string words)
    {
        try
        {
            File.WriteAllText(file, words);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            // The next start begins without it.
        }
    }
}
