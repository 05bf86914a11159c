using System.IO.Pipes;
using System.Runtime.InteropServices;

namespace PgHaTutor.Hosts;

/// <summary>Whether a pipe holds bytes that nobody has read yet (poll(2)).</summary>
internal static class PipeContent
{
    private const short Readable = 1;

    /// <summary>False also where the stream is no pipe of this machine, or where its last writer is gone and all was read.</summary>
    public static bool IsWaiting(Stream stream)
    {
        if (stream is not PipeStream pipe)
            return false;
        var asked = new Asked { Descriptor = pipe.SafePipeHandle.DangerousGetHandle().ToInt32(), Wanted = Readable };
        return Poll(ref asked, 1, 0) > 0 && (asked.Given & Readable) != 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Asked
    {
        public int Descriptor;
        public short Wanted;
        public short Given;
    }

    [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static extern int Poll(ref Asked asked, nuint count, int milliseconds);
}
