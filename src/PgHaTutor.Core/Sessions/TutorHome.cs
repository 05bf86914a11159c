namespace PgHaTutor.Sessions;

/// <summary>Where one learner's state lives: <c>$PGHATUTOR_HOME</c>, else the XDG data directory.</summary>
/// <param name="Directory">The home's folder: journal.jsonl, history and trust.</param>
/// <param name="LabsDirectory">Where its labs and templates live; elsewhere when the servers' OS user cannot reach the home.</param>
public sealed record TutorHome(string Directory, string LabsDirectory)
{
    public string JournalFile => Path.Combine(Directory, "journal.jsonl");

    /// <summary>The home that the environment names; made when it is not there.</summary>
    /// <exception cref="IOException">It cannot be made; the message says where it would have been, and what to set instead.</exception>
    public static TutorHome FromEnvironment() => throw new NotImplementedException();
}
