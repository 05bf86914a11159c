using System.Text.Json;
using PgHaTutor.Sessions;

namespace PgHaTutor.Commands;

/// <summary>What <c>verify --json</c> prints: an entry a lesson, with each of its plays.</summary>
internal sealed record VerifyDocument(bool Proved, double Seconds, IReadOnlyList<VerifyDocument.Proof> Lessons)
{
    public static VerifyDocument Of(IReadOnlyList<LessonProof> proofs, TimeSpan took) => new(
        proofs.All(proof => proof.Proved || proof.Skipped is not null), Math.Round(took.TotalSeconds, 1),
        [.. proofs.Select(proof => new Proof(
            proof.Lesson, proof.Target, proof.Version, proof.Proved, proof.Skipped, proof.Seconds,
            [.. proof.Plays.Select(play => new Play(play.Kind, play.Name, play.Expected, play.Actual, play.Held, play.Seconds, play.Why, play.Outcomes))]))]);

    /// <summary>What an earlier verify printed.</summary>
    /// <exception cref="UsageException">The file holds something else.</exception>
    public static async Task<VerifyDocument> ReadAsync(string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
            throw new UsageException($"There is no file {file}.");
        try
        {
            await using var stream = File.OpenRead(file);
            if (await JsonSerializer.DeserializeAsync(stream, DocumentJson.Indented.VerifyDocument, cancellationToken) is { Lessons: not null } document)
                return document;
        }
        catch (JsonException)
        {
            // Told below, as for a document of another kind.
        }
        throw new UsageException($"{file} is not what verify --json prints.");
    }

    /// <param name="Skipped">Why it was not played; null where it was.</param>
    public sealed record Proof(string Lesson, string Target, string? Version, bool Proved, string? Skipped, double Seconds, IReadOnlyList<Play> Plays);

    /// <param name="Outcomes">How the cluster answered each prediction, by its id.</param>
    public sealed record Play(string Kind, string Name, string Expected, string Actual, bool Held, double Seconds, IReadOnlyList<string> Why, IReadOnlyDictionary<string, string> Outcomes);
}
