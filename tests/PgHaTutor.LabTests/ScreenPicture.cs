using System.Runtime.CompilerServices;

namespace PgHaTutor.LabTests;

/// <summary>Compares a screen with its approved picture; a difference leaves the received one beside it.</summary>
internal static class ScreenPicture
{
    public static void Approve(string name, string received, [CallerFilePath] string here = "")
    {
        var folder = Path.GetDirectoryName(here)!;
        var approvedFile = Path.Combine(folder, $"Screen.{name}.approved.txt");
        var receivedFile = Path.Combine(folder, $"Screen.{name}.received.txt");
        var approved = File.Exists(approvedFile) ? File.ReadAllText(approvedFile) : "";
        if (approved == received)
        {
            File.Delete(receivedFile);
            return;
        }
        File.WriteAllText(receivedFile, received);
        Assert.Fail($"The screen '{name}' differs from its approved picture. If the new one is right, rename {receivedFile}.\n{received}");
    }
}
