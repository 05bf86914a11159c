using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>A note, tip or warning.</summary>
internal sealed class CalloutView : BoxedMarkdown
{
    private readonly string _kind;

    public CalloutView(CalloutBlock callout)
    {
        CanFocus = false;
        _kind = callout.Kind;
        Say(callout.Markdown);
    }

    public override bool Show(SessionState state) => false;

    protected override string Label => _kind switch
    {
        "TIP" => "Tip",
        "IMPORTANT" => "! Important",
        "WARNING" => "! Warning",
        "CAUTION" => "! Caution",
        _ => "Note",
    };

    protected override Ink Ink => _kind is "WARNING" or "CAUTION" ? Ink.Failed : Ink.Callout;
}
