namespace PgHaTutor.Ui;

/// <summary>An output log on the screen; it follows the tail until the reader scrolls back.</summary>
internal sealed class OutputView : View
{
    private readonly OutputLog log;

    public OutputView(OutputLog log)
    {
        this.log = log;
        CanFocus = true;
    }

    public OutputLog Log => log;
}
