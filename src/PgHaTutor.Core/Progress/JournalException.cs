namespace PgHaTutor.Progress;

/// <summary>The journal could not be read or written: which file, why, and what to do next.</summary>
public sealed class JournalException(string message, Exception inner) : IOException(message, inner);
