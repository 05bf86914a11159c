using System.Security.Cryptography;

namespace PgHaTutor.LabTests;

/// <summary>Every file below a folder, byte for byte, with its time and its rights: two that are equal were not touched in between.</summary>
internal static class Fingerprint
{
    public static List<string> Of(string folder) =>
    [
        .. from file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
           orderby file.FullName
           select $"{file.FullName} {file.LastWriteTimeUtc:O} {file.UnixFileMode} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file.FullName)))}",
    ];
}
