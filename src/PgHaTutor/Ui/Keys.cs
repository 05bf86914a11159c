using Terminal.Gui.Input;

namespace PgHaTutor.Ui;

/// <summary>The one table of keys: help, key bar and palette come from it.</summary>
internal static class Keys
{
    public static string PaneName(Pane pane) => $"go to {pane}";

    public static IReadOnlyList<KeyAction> Of(MainWindow window) =>
    [
        new("In the lesson", "run", "runs the marked step, or acts on what else is marked", [Key.Enter, Key.F5, 'r'], window.WhyNoRun, window.RunAtHand, 3),
        new("In the lesson", "edit", "edits the step at hand, then runs it", ['e'], window.WhyNoEdit, window.EditAtHand, 9) { Also = "change command" },
        new("In the lesson", "predict", "goes to the next open prediction and asks it", ['p'], window.WhyNoPrediction, window.PredictNext),
        new("In the lesson", "answer", "answers the marked prediction", [.. "123456789".Select(digit => new Key(digit))], window.WhyNoAnswer, window.PredictNext),
        new("In the lesson", "hint", "shows the next hint for the step at hand", ['h'], window.WhyNoLesson, window.HintAtHand, 8),
        new("In the lesson", "variables", "shows the step's variables expanded, or as written", ['x'], window.WhyNoStep, window.ToggleVariables) { Also = "environment $ expand" },
        new("In the lesson", "all lines", "shows all that the step printed, or its last lines", ['o'], window.WhyNoOutput, window.ToggleOutput),
        new("In the lesson", "stop", "ends a step that stays open", ['s'], window.WhyNoOpenStep, window.StopAtHand, 2),
        new("In the lesson", "copy", "copies the step's command as it is shown", ['y'], window.WhyNoStep, window.CopyAtHand),
        new("In the lesson", "to the prompt", "puts the step's command into the console's prompt", ['i'], window.WhyNoStep, window.StepToPrompt),
        new("In the lesson", "next", "goes to the next step, question or check", ['n'], window.WhyNoLesson, () => window.GoBlock(1), 7),
        new("In the lesson", "previous", "goes back to the previous one", ['b'], window.WhyNoLesson, () => window.GoBlock(-1)),
        new("In the lesson", "go on", "goes to where “next” at the bottom points", ['g'], window.WhyNoGoingOn, window.GoToNextUp, 4),
        new("In the lesson", "solution", "plays the solution; asks first, and your record says so", [new Key('S')], window.WhyNoLab, window.SolveAtHand) { Also = "answer solve" },
        new("The lab", "check", "looks at every check now", [Key.F8, 'c'], window.WhyNoLab, window.CheckAll, 10) { Also = "test grade" },
        new("The lab", "reset", "puts the lab back to the lesson's start or to a step; asks first", [new Key('R')], window.WhyNoLab, window.AskReset) { Also = "restart again broken undo" },
        new("The lab", "shell", "gives the terminal to psql or to a shell on a node", [Key.F9], window.WhyNoHandOver, window.AskHandOver, 13) { Also = "terminal bash psql command" },
        new("The lab", "log", "shows the end of the server's log, of the marked step's node or else the prompt's", ['l'], window.WhyNoLab, window.ShowLog, 11) { Also = "logs messages errors" },
        new("The lab", "node", "puts the prompt on the next node", [Key.N.WithCtrl], window.WhyNoLab, window.NextNode, 7) { IsForPrompt = true, Also = "standby primary switch" },
        new("The lab", "language", "lets the prompt take SQL, or shell commands again", [Key.T.WithCtrl], Always, window.ToggleLanguage, 8) { IsForPrompt = true, Also = "sql psql bash" },
        new("The lab", "cancel", "cancels what is under way", [Key.C.WithCtrl], window.WhyNoCancel, window.CancelWork, 1) { Also = "stop abort" },
        new("The screen", PaneName(Pane.Lesson), "the lesson", [Key.F2], Always, () => window.GoTo(Pane.Lesson)),
        new("The screen", PaneName(Pane.Cluster), "the picture of the cluster", [Key.F3], Always, () => window.GoTo(Pane.Cluster)),
        new("The screen", PaneName(Pane.Checks), "the checks; Enter shows what one saw", [Key.F4], Always, () => window.GoTo(Pane.Checks)),
        new("The screen", PaneName(Pane.Console), "the console, for any command on any node", [Key.F6], Always, window.GoToPrompt),
        new("The screen", PaneName(Pane.Course), "the course; Enter opens a lesson", [Key.F7], Always, () => window.GoTo(Pane.Course)),
        new("The screen", "along", "to the next thing to do, then from pane to pane", [Key.Tab], Always, () => window.GoAlong(1)),
        new("The screen", "back", "the same, backwards", [Key.Tab.WithShift], Always, () => window.GoAlong(-1)),
        new("The screen", "close", "closes what is on top; leaves the prompt", [Key.Esc], Always, window.Escape, 3) { IsForPrompt = true, BarName = "to the lesson" },
        new("The screen", "zoom", "one pane in full, or all beside each other", ['z'], Always, window.Zoom),
        new("The screen", "look", "the next of four looks: dark, light, contrast, mono", ['t'], Always, window.NextTheme) { Also = "theme colours colors dark light" },
        new("The screen", "commands", "finds a command or a lesson by its name", [Key.P.WithCtrl], Always, window.Palette, 12),
        new("The screen", "help", "this page", [Key.F1, '?'], Always, window.Help, 5) { Also = "keys" },
        new("The screen", "leave", "leaves, from anywhere; the lab keeps running until ./tutor down", [Key.Q.WithCtrl], Always, window.Leave, 6) { Also = "quit exit close end" },
    ];

    private static string? Always() => null;
}
