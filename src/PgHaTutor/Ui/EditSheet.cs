using Terminal.Gui.Input;

namespace PgHaTutor.Ui;

/// <summary>A small editor for a step's command.</summary>
internal sealed class EditSheet : Sheet
{
    // The library's text view is obsolete because it is slow on long texts; its successor has no stable release, and a command is short.
#pragma warning disable CS0618
    private readonly TextView _text;
#pragma warning restore CS0618
    private readonly Action<string> _run;

    public EditSheet(string title, string text, Action<string> run)
        : base(title)
    {
        _run = run;
#pragma warning disable CS0618
        _text = new TextView { Width = Dim.Fill(), Height = Dim.Fill(2), Text = text.TrimEnd('\n'), WordWrap = true };
#pragma warning restore CS0618
        Add(_text, new Label { Text = "F5 runs it as it stands here; Esc leaves the step as it was", Y = Pos.AnchorEnd(1), Width = Dim.Fill() });
    }

    public override Size Wanted(Size free)
    {
        var lines = _text.Text.Split('\n');
        var width = Math.Clamp(lines.Max(Row.Columns) + 6, Math.Min(68, free.Width), free.Width);
        var rows = lines.Sum(line => 1 + Row.Columns(line) / Math.Max(8, width - 6));
        return new Size(width, Math.Clamp(rows + 7, Math.Min(10, free.Height), free.Height));
    }

    public override IEnumerable<(string Key, string Does, Action Do)> Offers => [("F5", "run it as it stands here", Run), .. base.Offers];

    protected override bool OnKeyDown(Key key)
    {
        if (key != Key.F5)
            return base.OnKeyDown(key);
        Run();
        return true;
    }

    private void Run()
    {
        var text = _text.Text;
        Close();
        _run(text);
    }
}
