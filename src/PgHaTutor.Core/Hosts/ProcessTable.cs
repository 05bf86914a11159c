using System.Globalization;
using System.Runtime.InteropServices;

namespace PgHaTutor.Hosts;

/// <summary>The processes of this machine, read from /proc (proc(5)), and the system calls that .NET lacks.</summary>
internal static class ProcessTable
{
    private const int NoSuchProcess = 3;
    private const string DeletedSuffix = " (deleted)";

    public static HostProcess? Find(int pid)
    {
        if (pid <= 0 || ReadStat(pid) is not { } stat)
            return null;
        // The program's name stands in parentheses and may hold any character; the fields begin behind the last one.
        var open = stat.IndexOf('(');
        var close = stat.LastIndexOf(')');
        var fields = stat[(close + 2)..].Split(' ');
        if (fields[0] is "Z" or "X")
            return null;
        var (directory, deleted) = WorkingDirectory(pid);
        return new HostProcess(pid, Number(fields[1]), Number(fields[3]), stat[(open + 1)..close], directory, deleted);
    }

    public static IEnumerable<HostProcess> All() =>
        from folder in Directory.EnumerateDirectories("/proc")
        let pid = int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0
        where pid > 0
        let process = Find(pid)
        where process is not null
        select process;

    /// <exception cref="HostException">The signal was refused.</exception>
    public static void Send(Signal signal, int pid)
    {
        if (pid <= 1)
            throw new ArgumentOutOfRangeException(nameof(pid), pid, "Only a process of one's own may be signalled.");
        if (Kill(pid, (int)signal) == 0 || Marshal.GetLastPInvokeError() == NoSuchProcess)
            return;
        throw new HostException($"Process {pid} could not be signalled: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    /// <exception cref="IOException">The system refused.</exception>
    public static void GiveTo(string path, OsUser user)
    {
        if (Chown(path, user.Uid, user.Gid) != 0)
            throw new IOException($"{path} could not be given to {user.Name}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private static string? ReadStat(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null; // It ended while we looked, or the system hides it from us: either way it is none of ours.
        }
    }

    private static (string? Directory, bool Deleted) WorkingDirectory(int pid)
    {
        try
        {
            var target = new FileInfo($"/proc/{pid}/cwd").LinkTarget;
            return target?.EndsWith(DeletedSuffix, StringComparison.Ordinal) is true
                ? (target[..^DeletedSuffix.Length], true)
                : (target, false);
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            return (null, false); // Another user's process; the servers of our labs are never that.
        }
    }

    private static int Number(string field) => int.Parse(field, CultureInfo.InvariantCulture);

    [DllImport("libc", EntryPoint = "chown", SetLastError = true)]
    private static extern int Chown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int user, int group);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int pid, int signal);
}
