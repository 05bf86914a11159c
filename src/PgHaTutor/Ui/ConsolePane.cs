using PgHaTutor.Hosts;
using PgHaTutor.Lessons;
using Terminal.Gui.Input;

namespace PgHaTutor.Ui;

/// <summary>The console: streamed output above, a prompt for any command on any node below.</summary>
internal sealed class ConsolePane : View
{
    /// <summary>Stands for a line feed: the prompt is one line, and a command may have several.</summary>
    private const char Break = '↵';

    private readonly OutputLog _log = new();
    private readonly OutputView _output;
    private readonly Strip _candidates = new();
    private readonly Label _label = new() { Y = Pos.AnchorEnd(1), Height = 1 };
    private readonly TextField _prompt = new() { Y = Pos.AnchorEnd(1), Width = Dim.Fill() };
    private readonly PromptHistory _history;
    private IReadOnlyList<string> _nodes = [];
    private IReadOnlyCollection<string> _variables = [];
    private string? _node;
    private string? _proposed;
    private StepLanguage _language = StepLanguage.Sh;

    public ConsolePane(PromptHistory history)
    {
        _history = history;
        CanFocus = true;
        // The keys belong to the prompt, which passes on those that scroll.
        _output = new OutputView(_log) { Width = Dim.Fill(), Height = Dim.Fill(1), CanFocus = false };
        _candidates.Y = Pos.AnchorEnd(2);
        _candidates.Width = Dim.Fill();
        _candidates.Height = 1;
        _candidates.Visible = false;
        _label.Width = Dim.Auto(DimAutoStyle.Text);
        _prompt.X = Pos.Right(_label);
        _prompt.KeyDown += OnPromptKey;
        Add(_output, _candidates, _label, _prompt);
        ShowPrompt();
    }

    /// <summary>The learner pressed Enter on a command.</summary>
    public event Action<ConsoleEntry>? Entered;

    /// <summary>The node that the prompt is on; null where there is none.</summary>
    public string? Node => _node;

    /// <summary>The lesson whose lab it is for; null before there is one.</summary>
    public string? Lesson { get; private set; }

    /// <summary>The nodes that the prompt can be on, in order. It stays on its own where that is among them.</summary>
    public void SetNodes(IReadOnlyList<string> names)
    {
        _nodes = names;
        _node = _node is not null && names.Contains(_node) ? _node : names.FirstOrDefault();
        ShowPrompt();
    }

    /// <summary>Puts an empty prompt on the node that the lesson goes on with, once: who chose another one stays there until it goes on elsewhere.</summary>
    public void Propose(string? node)
    {
        if (node is null || node == _proposed || _prompt.Text.Length > 0 || !_nodes.Contains(node))
            return;
        (_proposed, _node) = (node, node);
        ShowPrompt();
    }

    /// <summary>Words that completion offers after a dollar sign.</summary>
    public void SetVariables(IEnumerable<string> names) => _variables = [.. names];

    /// <summary>Puts the prompt on the next node.</summary>
    public void NextNode()
    {
        if (_nodes.Count > 0)
            _node = _nodes[(_nodes.ToList().IndexOf(_node!) + 1) % _nodes.Count];
        ShowPrompt();
    }

    /// <summary>Lets the prompt take SQL instead of shell commands, or back.</summary>
    public void ToggleLanguage()
    {
        _language = _language is StepLanguage.Sh ? StepLanguage.Sql : StepLanguage.Sh;
        _history.StopLooking();
        ShowPrompt();
    }

    /// <summary>Puts a command into the prompt, to be edited and entered.</summary>
    public void Prefill(string node, StepLanguage language, string text)
    {
        (_node, _proposed) = (_nodes.Contains(node) ? node : _node, null);
        _language = language;
        ShowPrompt();
        Type(text.Trim().Replace('\n', Break));
        CountLines();
        _prompt.SetFocus();
    }

    /// <summary>Puts in what was pasted, all its lines, where the cursor is; it runs when Enter says so, as in a shell.</summary>
    public void Paste(string text)
    {
        var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(CleanText.Of);
        var (before, after) = (Before(_prompt.InsertionPoint), After(_prompt.InsertionPoint));
        before += string.Join(Break, lines);
        _history.StopLooking();
        Type(before + after, before.EnumerateRunes().Count());
        CountLines();
    }

    /// <summary>What stands above is of another lesson, or of another state of its lab.</summary>
    public void Divide(string what)
    {
        if (_log.Span is var (first, next) && next > first)
            _log.Add($"{what} ──", OutputKind.Divider);
    }

    /// <summary>Another lesson: what was half typed for the one before is given up, and commands are a shell's again.</summary>
    public void Begin(Lesson lesson)
    {
        Lesson = lesson.Id;
        (_language, _proposed) = (StepLanguage.Sh, null);
        ShowPrompt();
        Divide($"lesson: {lesson.Title}");
        _history.StopLooking();
        Type("");
        Offer([]);
    }

    /// <summary>Work has begun whose lines follow.</summary>
    public void Begin(string title) => Say(title, OutputKind.Begin);

    /// <summary>What was entered waits until what is under way has ended.</summary>
    public void Wait(ConsoleEntry entry) => Say($"waits: {entry.Node}: {entry.Text}", OutputKind.Waiting);

    /// <summary>Something that was entered will not run.</summary>
    public void Refuse(string why) => _log.Add(why, OutputKind.Failed);

    /// <summary>A line of the work under way; from any thread.</summary>
    public void Add(OutputLine line) => _log.Add(line.Text, line.IsError ? OutputKind.Error : OutputKind.Output);

    /// <summary>The work has ended.</summary>
    /// <param name="isMeant">It failed as the lesson says that it would.</param>
    public void End(int exitCode, TimeSpan duration, bool isMeant = false) => _log.Add(
        exitCode == 0 ? $"done in {Words.Lasting(duration)}" : $"exit {exitCode} after {Words.Lasting(duration)}{(isMeant ? ", as it was meant to" : "")}",
        exitCode == 0 || isMeant ? OutputKind.Succeeded : OutputKind.Failed);

    private void OnPromptKey(object? sender, Key key)
    {
        key.Handled = true;
        // A terminal that does not mark what is pasted may send its line feeds as they are.
        if (key == Key.Enter || key == Key.J.WithCtrl) Enter();
        else if (key == Key.CursorUp) Recall(_history.Older(_language, _prompt.Text));
        else if (key == Key.CursorDown) Recall(_history.Newer(_language));
        else if (key == Key.PageUp) _output.ScrollPage(-1);
        else if (key == Key.PageDown) _output.ScrollPage(1);
        else if (key == Key.Home.WithCtrl) _output.ScrollToStart();
        else if (key == Key.End.WithCtrl) _output.ScrollToEnd();
        else if (key == Key.T.WithCtrl) ToggleLanguage();
        else if (key == Key.N.WithCtrl) NextNode();
        else if (key == Key.L.WithCtrl) _log.Clear();
        else if (key == Key.C.WithCtrl) Drop();
        else if (key == Key.U.WithCtrl) Type(After(_prompt.InsertionPoint), 0);
        else if (key == Key.W.WithCtrl) CutWord();
        else if (key == Key.A.WithCtrl) _prompt.InsertionPoint = 0;
        else if (key == Key.E.WithCtrl) Type(_prompt.Text);
        else if (key == Key.Tab && _prompt.Text.Length > 0) Complete();
        else
        {
            key.Handled = false;
            if (KeyAction.IsText(key) || key == Key.Backspace)
                _history.StopLooking();
            Offer([]);
        }
    }

    private void Say(string text, OutputKind kind)
    {
        var lines = text.Split('\n');
        _log.Add(lines[0], kind);
        foreach (var line in lines.Skip(1))
            _log.Add(line, OutputKind.Further);
    }

    private void Enter()
    {
        var typed = _prompt.Text.Trim();
        var text = typed.Replace(Break, '\n').Trim();
        Offer([]);
        if (text.Length == 0)
            return;
        if (Unfinished.Is(text, _language))
        {
            Type($"{_prompt.Text.TrimEnd(Break)}{Break}");
            Hint("goes on: this is not complete yet · Ctrl-C gives it up");
            return;
        }
        if (_node is null)
        {
            _log.Add("There is no node to run it on: open a lesson first.", OutputKind.Failed);
            return;
        }
        _history.Add(_language, typed);
        Type("");
        _output.ScrollToEnd();
        Entered?.Invoke(new ConsoleEntry(_node, text, _language));
    }

    private void Recall(string? text)
    {
        if (text is not null)
            Type(text);
        Offer([]);
    }

    // As in a shell: the line is given up, and stays to be seen.
    private void Drop()
    {
        if (_prompt.Text.Length > 0)
            _log.Add($"{_label.Text}{_prompt.Text}^C", OutputKind.Output);
        _history.StopLooking();
        Type("");
        Offer([]);
    }

    // As a shell does with Ctrl-W: the blanks before the cursor, and the word before those.
    private void CutWord()
    {
        var kept = Before(_prompt.InsertionPoint).TrimEnd(' ');
        kept = kept[..(kept.LastIndexOf(' ') + 1)];
        Type(kept + After(_prompt.InsertionPoint), kept.EnumerateRunes().Count());
    }

    private string Before(int cursor) => string.Concat(_prompt.Text.EnumerateRunes().Take(cursor));

    private string After(int cursor) => string.Concat(_prompt.Text.EnumerateRunes().Skip(cursor));

    private void Complete()
    {
        var before = Before(_prompt.InsertionPoint);
        var completion = Completion.Of(before, _language, _variables);
        if (completion.Rest.Length > 0)
        {
            var text = before + completion.Rest;
            Type(text + _prompt.Text[before.Length..], text.EnumerateRunes().Count());
        }
        Offer(completion.Candidates.Count > 1 ? completion.Candidates : []);
    }

    private void CountLines()
    {
        var lines = _prompt.Text.Count(character => character == Break) + 1;
        if (lines > 1)
            Hint($"{lines} lines: Enter runs them in order · Ctrl-C gives them up");
    }

    private void Hint(string text)
    {
        _candidates.Visible = true;
        _candidates.Show(new Row(new Piece(text, Ink.Accent)));
    }

    private void Offer(IReadOnlyList<string> words)
    {
        _candidates.Visible = words.Count > 0;
        _candidates.Show(new Row([.. words.SelectMany(word => (Piece[])[new(word, Ink.Accent), new("  ")])]));
    }

    private void Type(string text, int? cursor = null)
    {
        _prompt.Text = text;
        _prompt.InsertionPoint = cursor ?? text.EnumerateRunes().Count();
    }

    private void ShowPrompt()
    {
        _label.Text = $"{_node ?? "no node"}{(_language is StepLanguage.Sql ? "=# " : "$ ")}";
        SetNeedsLayout();
    }
}
