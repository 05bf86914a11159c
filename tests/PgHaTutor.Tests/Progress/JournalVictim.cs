using PgHaTutor.Progress;

namespace PgHaTutor.Tests.Progress;

/// <summary>Not a test of its own: the process that a test of the journal kills. It says in a file what was acknowledged to it.</summary>
public sealed class JournalVictim
{
    [Fact(Explicit = true)]
    public void Append_until_killed()
    {
        if (Environment.GetEnvironmentVariable("PGHATUTOR_TEST_APPEND_TO") is not { } file)
            return;
        using var journal = Journal.Open(file, TimeProvider.System, out _);
        using var acknowledged = new StreamWriter(file + ".acknowledged") { AutoFlush = true };
        for (var n = 1; n < 1_000_000; n++)
        {
            journal.Append(new HintShown("s", n) { At = DateTimeOffset.UnixEpoch, Lesson = "a.b" });
            acknowledged.WriteLine(n);
        }
    }
}
