using PgHaTutor.Checks;
using PgHaTutor.Hosts;
using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>What the screen asks of a session. Every one may be called on the UI thread and does its work off it.</summary>
internal sealed record Actions
{
    private const int LogLines = 200;

    public required Func<string, Task> OpenLesson { get; init; }

    /// <summary>A step by its id, as written where the text is null.</summary>
    public required Func<string, string?, IProgress<OutputLine>, Task<StepRun>> RunStep { get; init; }

    /// <summary>Ends a step that stays open.</summary>
    public required Action<string> EndStep { get; init; }
    public required Func<ConsoleEntry, IProgress<OutputLine>, Task<CommandOutput>> RunCommand { get; init; }

    /// <summary>The end of a node's server log.</summary>
    public required Func<string, Task<CommandOutput>> ReadLog { get; init; }
    public required Func<Task<IReadOnlyList<CheckResult>>> Check { get; init; }
    public required Func<string, string, Task> Predict { get; init; }
    public required Func<string?, Task<Hint?>> NextHint { get; init; }
    public required Func<string?, IProgress<OutputLine>, Task<CommandOutput>> Solve { get; init; }
    public required Func<string?, Task> Reset { get; init; }
    public required Action Cancel { get; init; }

    /// <summary>A text with the variables of a node (null: of the lab) in it.</summary>
    public required Func<string, string?, string> Expand { get; init; }
    public required Func<string?, IReadOnlyDictionary<string, string>> EnvironmentOf { get; init; }

    public static Actions Of(Session session) => new()
    {
        OpenLesson = id => Task.Run(() => session.OpenLessonAsync(id)),
        RunStep = (id, text, progress) => Task.Run(() => session.RunStepAsync(id, text, progress)),
        EndStep = session.EndStep,
        RunCommand = (entry, progress) => Task.Run(() => session.RunCommandAsync(entry.Node, entry.Text, entry.Language, progress)),
        ReadLog = node => Task.Run(() => session.LogAsync(node, LogLines)),
        Check = () => Task.Run(() => session.CheckAsync()),
        Predict = (id, choice) => Task.Run(() => session.PredictAsync(id, choice)),
        NextHint = step => Task.Run(() => session.NextHint(step)),
        Solve = (step, progress) => Task.Run(() => session.SolveAsync(step, progress)),
        Reset = step => Task.Run(() => session.ResetAsync(step)),
        Cancel = session.Cancel,
        Expand = session.Expand,
        EnvironmentOf = session.EnvironmentOf,
    };
}
