using PgHaTutor.Sessions;

namespace PgHaTutor.Commands;

/// <summary>Says on standard error what long work of a session is doing, a line whenever it does something else.</summary>
internal sealed class Doings : IDisposable
{
    private readonly Session _session;
    private readonly TextWriter _error;
    private string? _said;

    /// <summary>What goes without saying.</summary>
    public string? Unsaid { get; init; }

    public Doings(Session session, TextWriter error)
    {
        (_session, _error) = (session, error);
        session.Changed += Say;
    }

    public void Dispose() => _session.Changed -= Say;

    private void Say(SessionState state)
    {
        if (state.Work?.Doing is not { } doing || doing == Unsaid || Interlocked.Exchange(ref _said, doing) == doing)
            return;
        _error.WriteLine($"{doing}…");
    }
}
