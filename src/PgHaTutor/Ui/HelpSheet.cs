namespace PgHaTutor.Ui;

/// <summary>Every key, by what it is about; what cannot be done now says why.</summary>
internal sealed class HelpSheet(IReadOnlyList<KeyAction> keys) : RowsSheet("Keys", [.. Entries(keys)], 80)
{
    private static IEnumerable<RowsView.Entry> Entries(IReadOnlyList<KeyAction> keys)
    {
        foreach (var group in keys.GroupBy(key => key.Group))
        {
            // What keeps most of them from being done is said once.
            var common = group.Select(key => key.Unavailable()).OfType<string>().GroupBy(why => why).Where(same => same.Count() > 2).MaxBy(same => same.Count())?.Key;
            yield return Say(common is null ? group.Key : $"{group.Key} (what is dim: not now, {common})", Ink.Accent);
            foreach (var key in group)
                yield return new RowsView.Entry(width => Write(key, common, width));
            yield return Blank;
        }
        yield return Say("A check that passed says how: ✔ true now may end again, ◆ reached stays, ✔ kept was never violated.", Ink.Quiet);
        yield return Say("↑ ↓, PgUp and PgDn, Home and End move in the pane that has the focus.", Ink.Quiet);
        yield return Say("In the console's prompt letters are text: leave it with Esc or with one of the F keys.", Ink.Quiet);
        yield return Say("The mouse clicks and scrolls. With Shift held it selects text, as the terminal itself does.", Ink.Quiet);
    }

    private static IReadOnlyList<Row> Write(KeyAction key, string? common, int width)
    {
        var why = key.Unavailable();
        return Rows.Wrap(
            [new($"  {key.KeyText,-11} ", Ink.Strong), new(key.Does, why is null ? Ink.Plain : Ink.Quiet), new(why is null || why == common ? "" : $" (not now: {why})", Ink.Quiet)],
            width, new string(' ', 14));
    }
}
