using System.Text.Json.Serialization;

namespace PgHaTutor.Commands;

/// <summary>What <c>list --json</c> prints.</summary>
internal sealed record ListDocument(IReadOnlyList<ListDocument.Module> Course)
{
    public sealed record Module([property: JsonPropertyName("module")] string Title, IReadOnlyList<Lesson> Lessons);

    public sealed record Lesson(string Id, string Title, string Kind, int Level, int Minutes, Progress Progress);

    public sealed record Progress(int Done, int Of, bool Completed);
}
