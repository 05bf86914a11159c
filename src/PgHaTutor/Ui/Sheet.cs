namespace PgHaTutor.Ui;

/// <summary>Something laid over the panes: a question, help, evidence, an editor. Esc takes it away.</summary>
internal abstract class Sheet : View
{
    protected Sheet(string title)
    {
        HotKeySpecifier = ProseView.NoHotKey;
        // In sight at every size, also where what it says is longer than the screen.
        Title = $"{title} · Esc closes";
        BorderStyle = LineStyle.Double;
        CanFocus = true;
        TabStop = TabBehavior.TabGroup;
    }

    /// <summary>The learner is done with it.</summary>
    public event Action? Closing;

    /// <summary>What its keys do, for the key bar: those of what lies below it do nothing meanwhile.</summary>
    public virtual IEnumerable<(string Key, string Does, Action Do)> Offers => [("Esc", "close", Close)];

    /// <summary>How large it wants to be, where that much is free; its border included.</summary>
    public abstract Size Wanted(Size free);

    public void Close() => Closing?.Invoke();
}
