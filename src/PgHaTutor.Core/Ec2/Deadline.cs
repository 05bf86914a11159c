using System.Diagnostics;

namespace PgHaTutor.Ec2;

/// <summary>How long something is waited for, by a clock that nobody sets.</summary>
internal readonly record struct Deadline(long From, TimeSpan Span)
{
    public static Deadline In(TimeSpan span) => new(Stopwatch.GetTimestamp(), span);

    public bool HasPassed => Stopwatch.GetElapsedTime(From) > Span;
}
