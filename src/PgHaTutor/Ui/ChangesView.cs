using PgHaTutor.Labs;

namespace PgHaTutor.Ui;

/// <summary>What a step changed in the lab.</summary>
internal sealed class ChangesView : View
{
    public void Show(Observation? before, Observation? after)
    {
        Text = before is null || after is null ? "" : string.Join('\n', Changes.Of(before, after));
        SetNeedsDraw();
    }
}
