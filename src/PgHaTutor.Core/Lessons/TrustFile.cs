using System.Text;

namespace PgHaTutor.Lessons;

/// <summary>The courses that a learner has trusted: a text file with one hash a line, only ever appended to.</summary>
public sealed class TrustFile(string path)
{
    /// <summary>A file that cannot be read has trusted nothing: the learner is asked again.</summary>
    public bool Knows(string hash)
    {
        try
        {
            return File.Exists(path) && File.ReadLines(path).Any(line => line.Trim() == hash);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>On disk when it returns.</summary>
    /// <exception cref="IOException">It could not be written; the message names the file.</exception>
    public void Add(string hash)
    {
        try
        {
            using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            // A write that was cut off has left a line without its end; what follows must not grow onto it.
            var torn = file.Length > 0 && LastByte(file) != '\n';
            file.Seek(0, SeekOrigin.End);
            file.Write(Encoding.ASCII.GetBytes($"{(torn ? "\n" : "")}{hash}\n"));
            file.Flush(flushToDisk: true);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Could not remember the trust in {path}: {cause.Message}", cause);
        }
    }

    private static int LastByte(FileStream file)
    {
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte();
    }
}
