namespace PgHaTutor.Commands;

/// <summary>Something was named that is not there, or not in this way: one line that says what, with the nearest valid name.</summary>
internal sealed class UsageException(string message) : Exception(message);
