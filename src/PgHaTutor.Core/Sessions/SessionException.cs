namespace PgHaTutor.Sessions;

/// <summary>What was asked cannot be done now: what, why, and what to do next. <see cref="IsUsage"/> where the asker named something wrong.</summary>
public sealed class SessionException(string message, bool isUsage = false) : Exception(message)
{
    public bool IsUsage => isUsage;
}
