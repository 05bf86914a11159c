using PgHaTutor.Hosts;
using PgHaTutor.Labs;
using PgHaTutor.Lessons;

namespace PgHaTutor.Sessions;

/// <summary>
/// Proves lessons on real servers: unsolved fails, the solution passes twice, each wrong answer fails on its named check,
/// tear-down leaves nothing. Works in a site of its own, so that no learner's lab is touched.
/// </summary>
/// <param name="target">Where, as <c>--target</c> names it.</param>
public sealed class Verification(TutorHome home, TimeProvider time, string target = Targets.Local)
{
    private const string Part = "verify";

    /// <summary>Proves each lesson, some at a time; gives the proofs in the order of the lessons.</summary>
    /// <param name="pgMajor">The version to prove on; null: the newest that each lesson claims.</param>
    /// <param name="jobs">How many lessons are played at a time.</param>
    /// <param name="progress">Told of every play and of every proof as it is there.</param>
    public async Task<IReadOnlyList<LessonProof>> ProveAsync(
        IReadOnlyList<Lesson> lessons, int? pgMajor = null, int jobs = 2,
        IProgress<LessonProof>? progress = null, CancellationToken cancellationToken = default)
    {
        using var only = TakeAlone()
            ?? throw new SessionException("Another verify of this home is under way. Let it finish, or give this one its own PGHATUTOR_HOME.");
        await using var site = Site();
        await site.RemoveAllAsync(cancellationToken);
        var installed = await site.InstallationsAsync(cancellationToken);
        var proofs = new LessonProof[lessons.Count];
        try
        {
            await Parallel.ForEachAsync(
                Enumerable.Range(0, lessons.Count),
                new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken },
                async (i, cancel) =>
                {
                    proofs[i] = await ProveAsync(site, lessons[i], installed, pgMajor, cancel);
                    progress?.Report(proofs[i]);
                });
        }
        finally
        {
            await site.RemoveAllAsync(CancellationToken.None);
        }
        return proofs;
    }

    /// <summary>Removes what a verify that was killed left, and what is kept to build its labs faster.</summary>
    /// <returns>What is still there and why, a sentence each; empty where all is gone.</returns>
    public async Task<IReadOnlyList<string>> RemoveAsync(CancellationToken cancellationToken = default)
    {
        using var only = TakeAlone();
        if (only is null)
            return ["A verify of this home is under way, so what it works with was left alone."];
        await using var site = Site();
        return [.. await site.RemoveAllAsync(cancellationToken), .. await site.ForgetTemplatesAsync(cancellationToken)];
    }

    /// <summary>Ends and removes what a verify on this machine left that was killed, unless another one is at work.</summary>
    /// <returns>What was done, or what is still there, a sentence each.</returns>
    public static async Task<IReadOnlyList<string>> CleanAsync(TutorHome home, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(home.LabsDirectory, Part);
        if (!HasLeft(folder))
            return [];
        using var only = TakeAlone(home);
        if (only is null)
            return [];
        await using var site = Targets.SiteOf(Targets.Local, home, Part);
        return await site.RemoveAllAsync(cancellationToken) is { Count: > 0 } survivors ? survivors : HasLeft(folder) ? [] : ["Removed what a verify had left."];
    }

    /// <summary>Whether anything but finished templates lies there.</summary>
    private static bool HasLeft(string folder) => Directory.Exists(folder) && Directory.EnumerateDirectories(folder).Any(
        entry => Path.GetFileName(entry) != "templates" || Directory.EnumerateDirectories(entry, $"{TemplateMaking.Unfinished}*").Any());

    private HomeLock? TakeAlone() => TakeAlone(home);

    private static HomeLock? TakeAlone(TutorHome home) =>
        HomeLock.TryTake(home with { Directory = Directory.CreateDirectory(Path.Combine(home.Directory, "verify")).FullName });

    private LabSite Site() => Targets.SiteOf(target, home, Part);

    private async Task<LessonProof> ProveAsync(
        LabSite site, Lesson lesson, IReadOnlyList<Installation> installed, int? pgMajor, CancellationToken cancellationToken)
    {
        if (!lesson.Targets.Contains(Targets.KindOf(target)))
            return new LessonProof(lesson.Id, target, null, [], 0) { Skipped = $"it claims {string.Join(", ", lesson.Targets)}, not {Targets.KindOf(target)}" };
        if (lesson.MinimumHosts > site.HostsOf(lesson.Recipe))
            return new LessonProof(lesson.Id, target, null, [], 0) { Skipped = $"it claims {lesson.MinimumHosts} hosts, and its nodes would live on {site.HostsOf(lesson.Recipe)}" };
        var fitting = installed.FirstOrDefault(one =>
            one.Major >= lesson.MinimumVersion
            && (lesson.MaximumVersion is null || one.Major <= lesson.MaximumVersion)
            && (pgMajor is null || one.Major == pgMajor));
        if (fitting is null)
            return new LessonProof(lesson.Id, target, pgMajor?.ToString(), [], 0)
            {
                Skipped = installed.Count == 0
                    ? "no PostgreSQL server programs are installed"
                    : $"it claims PostgreSQL {lesson.MinimumVersion}{(lesson.MaximumVersion is { } max ? $" to {max}" : " or newer")}, asked for {pgMajor?.ToString() ?? "any"}; installed: {string.Join(", ", installed.Select(one => one.Version))}",
            };
        var started = time.GetTimestamp();
        var plays = await new LessonPlays(site, lesson, fitting, time).AllAsync(cancellationToken);
        return new LessonProof(lesson.Id, target, fitting.Version, plays, Math.Round(time.GetElapsedTime(started).TotalSeconds, 1));
    }
}
