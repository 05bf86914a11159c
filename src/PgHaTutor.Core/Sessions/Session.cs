using PgHaTutor.Checks;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;
using PgHaTutor.Lessons;
using PgHaTutor.Progress;

namespace PgHaTutor.Sessions;

/// <summary>
/// A learner at work in one home: the only object that changes. Its state is a value that panes and verbs read;
/// they call it and know nothing of each other. All methods may be called from any thread; one piece of work runs at a time.
/// </summary>
public sealed class Session : IAsyncDisposable
{
    /// <summary>Opens the journal, finds the lab that was left, cleans what a crash left.</summary>
    public static Task<Session> OpenAsync(TutorHome home, Course course, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    public SessionState State => throw new NotImplementedException();

    /// <summary>Raised after every change, on any thread, with the new state.</summary>
    public event Action<SessionState>? Changed { add => throw new NotImplementedException(); remove => throw new NotImplementedException(); }

    /// <summary>Begins the live picture: Observation and checks are polled off the caller's thread until disposal.</summary>
    public void Watch() => throw new NotImplementedException();

    /// <summary>Leaves the open lesson, if any, and opens another; builds its lab (for an exercise, with its fault in it).
    /// Where the lab of this very lesson still stands, it is taken up as it is.</summary>
    public Task OpenLessonAsync(string lessonId, int? pgMajor = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Runs a step's command, as written or as edited.</summary>
    public Task<StepRun> RunStepAsync(string stepId, string? text = null, IProgress<OutputLine>? progress = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Runs any command on a node's host with that node's environment.</summary>
    public Task<CommandOutput> RunCommandAsync(string node, string text, StepLanguage language = StepLanguage.Sh, IProgress<OutputLine>? progress = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Evaluates the lesson's checks (of one step where named) now, once.</summary>
    public Task<IReadOnlyList<CheckResult>> CheckAsync(string? stepId = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Records what the learner expects. Refused once its step has run.</summary>
    public Task PredictAsync(string predictionId, string choice) => throw new NotImplementedException();

    /// <summary>The next tier's hint for a step (null: the lesson); null when there is no further one. It is recorded.</summary>
    public Hint? NextHint(string? stepId) => throw new NotImplementedException();

    /// <summary>Plays the solution: a step's own command, or the lesson's (an exercise's first solution script). Recorded as such.</summary>
    public Task<CommandOutput> SolveAsync(string? stepId = null, IProgress<OutputLine>? progress = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Back to the lesson's start, or to the state just before a step.</summary>
    public Task ResetAsync(string? toStep = null, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Stops and removes the lab. Gives what is still there, a sentence each.</summary>
    public Task<IReadOnlyList<string>> DownAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Cancels the work under way, and its processes.</summary>
    public void Cancel() => throw new NotImplementedException();

    /// <summary>The environment of a node's commands, for a shell that the terminal is handed to.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentOf(string? node) => throw new NotImplementedException();

    /// <summary>A step's or check's text with every variable expanded, ready to paste elsewhere.</summary>
    public string Expand(string text, string? node) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
