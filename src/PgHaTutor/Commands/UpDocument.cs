namespace PgHaTutor.Commands;

/// <summary>What <c>up --json</c> prints: where the lab stands.</summary>
internal sealed record UpDocument(string Lesson, string Lab, string Target, string Version, string Directory, bool AlreadyStood, IReadOnlyList<UpDocument.Place> Nodes)
{
    public sealed record Place(string Name, string Host, int Port, string Data);
}
