namespace PgHaTutor.Commands;

/// <summary>What <c>doctor --json</c> prints.</summary>
/// <param name="Usable">Whether lessons can run here.</param>
internal sealed record DoctorDocument(
    bool Usable, IReadOnlyList<DoctorDocument.Finding> Findings, IReadOnlyList<DoctorDocument.Postgres> Installed, IReadOnlyList<DoctorDocument.Target> Targets)
{
    /// <param name="Answer"><c>ok</c>; <c>missing</c>, without which no lesson runs; or <c>note</c>.</param>
    /// <param name="Mend">What to do about it; null where nothing is to be done.</param>
    public sealed record Finding(string Name, string Answer, string Found, string? Mend);

    public sealed record Postgres(int Major, string Version, string Bin);

    public sealed record Target(string Name, bool Usable, string Reason);
}
