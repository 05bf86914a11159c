using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.Commands;

/// <summary><c>tutor verify</c>: proves lessons on real servers, beside the learner's own lab.</summary>
internal sealed class VerifyVerb : Verb
{
    private readonly Argument<string[]> _lessons = new("LESSON") { Description = "the lessons to prove; all of them where none is named", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _target = TargetOption();
    private readonly Option<string?> _pg = new("--pg") { Description = "the PostgreSQL major version; the newest that each lesson claims", HelpName = "N" };
    private readonly Option<string?> _jobs = new("--jobs", "-j") { Description = "how many lessons at a time", HelpName = "J" };
    private readonly Option<string?> _table = new("--table") { Description = "a Markdown file whose table of proofs gets a column of these", HelpName = "FILE" };
    private readonly Option<string?> _as = new("--as") { Description = "the column's heading; by target and version where none is given", HelpName = "NAME" };
    private readonly Option<string[]> _from = new("--from")
    {
        Description = "proves nothing anew: fills the table from what verify --json printed in earlier runs", HelpName = "FILE",
        Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<bool> _json = new("--json") { Description = "as one JSON document" };

    public VerifyVerb(Desk desk) : base("verify", "proves lessons: unsolved fails, solutions pass twice, wrong answers fail", desk)
    {
        Add(_lessons);
        Add(_target);
        Add(_pg);
        Add(_jobs);
        Add(_table);
        Add(_as);
        Add(_from);
        Add(_json);
    }

    protected override async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        if (words.GetValue(_from) is { Length: > 0 } files)
            return await TableAsync(words, files, cancellationToken);
        var target = Targets.Named(words.GetValue(_target));
        var jobs = Jobs(words.GetValue(_jobs));
        var course = await Desk.CourseAsync(words, cancellationToken);
        var named = words.GetValue(_lessons) ?? [];
        IReadOnlyList<Lesson> lessons = named.Length > 0 ? [.. named.Select(one => Named.Lesson(course, one)).Distinct()] : [.. course.Lessons];
        var home = TutorHome.FromEnvironment();
        var version = await VersionAsync(words.GetValue(_pg), target, home, cancellationToken);

        var table = words.GetValue(_table);
        var json = words.GetValue(_json);
        var started = Stopwatch.GetTimestamp();
        var proofs = await new Verification(home, TimeProvider.System, target).ProveAsync(
            lessons, version, jobs, new Printer(Streams, json ? Streams.Error : Streams.Out), cancellationToken);
        var document = VerifyDocument.Of(proofs, Stopwatch.GetElapsedTime(started));
        if (json)
            Streams.WriteJson(document, DocumentJson.Indented.VerifyDocument);
        else
            await Streams.Out.WriteLineAsync(Summary(proofs, document));

        if (table is not null)
            await MergeAsync(table, words.GetValue(_as), document, course, cancellationToken);
        if (named.Length == 0 && course.Problems.Count > 0)
            throw new UsageException($"The lesson files have {Count.Of(course.Problems.Count, "problem")}; not all of the course is proved: tutor lint.");
        return document.Proved ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>Each file's proofs into its own column.</summary>
    private async Task<int> TableAsync(ParseResult words, string[] files, CancellationToken cancellationToken)
    {
        var table = words.GetValue(_table) ?? throw new UsageException("--from fills a table: name its file with --table.");
        var course = await Desk.CourseAsync(words, cancellationToken);
        foreach (var file in files)
            await MergeAsync(table, words.GetValue(_as), await VerifyDocument.ReadAsync(file, cancellationToken), course, cancellationToken);
        return ExitCode.Done;
    }

    private static async Task MergeAsync(string table, string? column, VerifyDocument proofs, Course course, CancellationToken cancellationToken) =>
        await File.WriteAllTextAsync(
            table, ProofTable.Merge(await File.ReadAllTextAsync(table, cancellationToken), column ?? ProofTable.ColumnOf(proofs), proofs, course), cancellationToken);

    private static async Task<int?> VersionAsync(string? wanted, string target, TutorHome home, CancellationToken cancellationToken)
    {
        await using var site = Targets.SiteOf(target, home);
        return Named.Version(wanted, await InstalledAsync(site, cancellationToken));
    }

    private static int Jobs(string? wanted) =>
        wanted is null ? Math.Clamp(Environment.ProcessorCount + 1, 2, 4) // Plays mostly wait for servers.
        : int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var jobs) && jobs is > 0 and <= 64 ? jobs
        : throw new UsageException($"--jobs wants a number from 1 to 64, not '{wanted}'.");

    private static string Summary(IReadOnlyList<LessonProof> proofs, VerifyDocument document) => string.Create(
        CultureInfo.InvariantCulture,
        $"{proofs.Count(proof => proof.Proved)} of {Count.Of(proofs.Count, "lesson")} proved, {proofs.Count(proof => proof.Skipped is not null)} skipped, in {document.Seconds:0.0} s.");

    private sealed class Printer(Streams streams, TextWriter writer) : IProgress<LessonProof>
    {
        public void Report(LessonProof value)
        {
            var (word, hue) = value.Skipped is not null ? ("- SKIPPED", Hue.Yellow) : value.Proved ? ("✔ PROVED", Hue.Green) : ("✘ NOT PROVED", Hue.Red);
            lock (writer)
            {
                writer.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{streams.Paint(hue, word.PadRight(12))} {value.Lesson}: {value.Skipped ?? $"{value.Plays.Count} plays on PostgreSQL {value.Version}, {value.Seconds:0.0} s"}"));
                foreach (var play in value.Plays.Where(play => !play.Held))
                {
                    writer.WriteLine($"    {play.Kind} {play.Name}: expected {play.Expected}; it came to {play.Actual}");
                    foreach (var why in play.Why)
                        writer.WriteLine($"        {why.Trim().ReplaceLineEndings("\n        ")}");
                }
            }
        }
    }
}
