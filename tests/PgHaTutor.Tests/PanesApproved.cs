using System.Runtime.CompilerServices;

namespace PgHaTutor.Tests;

/// <summary>Pictures that somebody looked at and found right, in files beside the tests.</summary>
internal static class PanesApproved
{
    /// <summary>
    /// Compares with <c>Panes/NAME.txt</c>. What differs is written to <c>NAME.received.txt</c> beside it:
    /// look at it, and rename it where it is right.
    /// </summary>
    public static void Equal(string name, string actual, [CallerFilePath] string test = "")
    {
        var folder = Path.Combine(Path.GetDirectoryName(test)!, "Panes");
        var approved = Path.Combine(folder, $"{name}.txt");
        var received = Path.Combine(folder, $"{name}.received.txt");
        if (File.Exists(approved) && File.ReadAllText(approved).TrimEnd('\n') == actual)
        {
            File.Delete(received);
            return;
        }
        Directory.CreateDirectory(folder);
        File.WriteAllText(received, $"{actual}\n");
        Assert.Equal(File.Exists(approved) ? File.ReadAllText(approved).TrimEnd('\n') : $"(no {approved} yet)", actual);
    }
}
