namespace PgHaTutor.Commands;

/// <summary>How a verb ends, as scripts see it.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;
    public const int CannotTell = 3;
    public const int NotUsable = 4;
}
