using PgHaTutor.Hosts;
using PgHaTutor.Lessons;

namespace PgHaTutor.Ui;

/// <summary>The console: streamed output above, a prompt for any command on any node below.</summary>
internal sealed class ConsolePane : View
{
    private readonly OutputView output = new(new OutputLog()) { Width = Dim.Fill(), Height = Dim.Fill(1) };
    private readonly TextField prompt = new() { Y = Pos.AnchorEnd(1), Width = Dim.Fill() };
    private IReadOnlyList<string> nodes = [];

    public ConsolePane(PromptHistory history)
    {
        History = history;
        CanFocus = true;
        Add(output, prompt);
        prompt.Accepting += (_, e) =>
        {
            e.Handled = true;
            if (nodes.Count > 0)
                Entered?.Invoke(new ConsoleEntry(nodes[0], prompt.Text, StepLanguage.Sh));
        };
    }

    public PromptHistory History { get; }

    /// <summary>The learner pressed Enter on a command.</summary>
    public event Action<ConsoleEntry>? Entered;

    /// <summary>The nodes that the prompt can be on, in order.</summary>
    public void SetNodes(IReadOnlyList<string> names) => nodes = names;

    /// <summary>Words that completion offers after a dollar sign.</summary>
    public void SetVariables(IEnumerable<string> names) => _ = names;

    /// <summary>Work has begun whose lines follow.</summary>
    public void Begin(string title) => output.Log.Add(new OutputLine(title, false));

    /// <summary>A line of the work under way; from any thread.</summary>
    public void Add(OutputLine line) => output.Log.Add(line);

    public void End(int exitCode, TimeSpan duration) =>
        output.Log.Add(new OutputLine($"exit {exitCode} in {duration.TotalSeconds:0.0} s", exitCode != 0));
}
