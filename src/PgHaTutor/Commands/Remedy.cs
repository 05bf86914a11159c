namespace PgHaTutor.Commands;

/// <summary>The command that installs a missing thing on this machine, as an administrator would type it.</summary>
internal static class Remedy
{
    /// <summary>PostgreSQL's server programs.</summary>
    public static string ForServers => For("postgresql", "postgresql-server postgresql-contrib", "postgresql@17");

    public static string For(string package) => For(package, package, package);

    private static string For(string debian, string rhel, string mac)
    {
        var sudo = Environment.IsPrivilegedProcess ? "" : "sudo ";
        if (OperatingSystem.IsMacOS())
            return $"brew install {mac}";
        var family = Release("ID") + " " + Release("ID_LIKE");
        return family.Contains("debian") || family.Contains("ubuntu") ? $"{sudo}apt-get install -y {debian}"
            : family.Contains("rhel") || family.Contains("fedora") || family.Contains("centos") ? $"{sudo}dnf install -y {rhel}"
            : $"the package {debian} of your system";
    }

    /// <summary>A value of os-release(5); empty where it has none.</summary>
    public static string Release(string name) =>
        !File.Exists("/etc/os-release") ? "" : File.ReadLines("/etc/os-release")
            .Where(line => line.StartsWith($"{name}=", StringComparison.Ordinal))
            .Select(line => line[(name.Length + 1)..].Trim('"'))
            .FirstOrDefault("");
}
