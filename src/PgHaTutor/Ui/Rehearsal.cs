using System.Runtime.CompilerServices;
using PgHaTutor.Hosts;
using PgHaTutor.Lessons;
using PgHaTutor.Progress;
using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>
/// Makes the screen once for nobody, beside the reading of the course: nearly all that a first frame waits for is code being loaded
/// and compiled, and that is done once. The terminal is not touched.
/// </summary>
internal static class Rehearsal
{
    private static readonly Size Usual = new(120, 36);

    // Nobody presses a key on it.
    private static readonly Actions NoActions = new()
    {
        OpenLesson = _ => Task.CompletedTask,
        RunStep = (step, text, _) => Task.FromResult(new StepRun(step, text ?? "", [])),
        EndStep = _ => { },
        RunCommand = (_, _) => Nothing(),
        ReadLog = _ => Nothing(),
        Check = () => Task.FromResult<IReadOnlyList<Checks.CheckResult>>([]),
        Predict = (_, _) => Task.CompletedTask,
        NextHint = _ => Task.FromResult<Hint?>(null),
        Solve = (_, _) => Nothing(),
        Reset = _ => Task.CompletedTask,
        Cancel = () => { },
        Expand = (text, _) => text,
        EnvironmentOf = _ => new Dictionary<string, string>(),
    };

    /// <summary>Begins it. What fails in it fails again on the real screen, and is told there.</summary>
    public static Task Begin() => RuntimeFeature.IsDynamicCodeCompiled ? Task.Run(Play) : Task.CompletedTask;

    private static void Play()
    {
        using var app = Application.Create();
        Themes.Apply(Themes.First);
        var state = new SessionState(new Course([], []), LearnerProgress.Nothing);
        using var window = new MainWindow(app, new UiThread(app), NoActions, state, new PromptHistory(null), TimeProvider.System);
        window.BeginInit();
        window.EndInit();
        window.Layout(Usual);
    }

    private static Task<CommandOutput> Nothing() => Task.FromException<CommandOutput>(new InvalidOperationException("Nobody looks at a rehearsal."));
}
