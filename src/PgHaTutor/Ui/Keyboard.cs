using System.Runtime.CompilerServices;
using System.Text;

namespace PgHaTutor.Ui;

/// <summary>
/// Reads the terminal the moment that something arrives, and rings for a round of the loop. Terminal.Gui's own reader looks every
/// 20 ms: a key waits for it, and an idle machine is woken fifty times a second.
/// </summary>
internal sealed class Keyboard : AnsiInput
{
    private readonly Rounds rounds;
    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();
    private readonly byte[] bytes = new byte[4096];
    private readonly char[] characters = new char[4097];
    private bool arrived;
    private volatile bool stopped;

    // The library's constructor has made the terminal raw already.
    private Keyboard(Rounds rounds) => this.rounds = rounds;

    /// <summary>
    /// Makes the application read by this, before its Init; null where this version of Terminal.Gui has no such place, and then its
    /// own reader serves.
    /// </summary>
    public static Keyboard? TakeOver(IApplication app, Rounds rounds)
    {
        try
        {
            ref var place = ref ComponentFactory(app);
            var keyboard = new Keyboard(rounds);
            place = new AnsiComponentFactory(keyboard);
            return keyboard;
        }
        catch (Exception otherVersion) when (otherVersion is MissingMemberException or TypeLoadException or InvalidCastException)
        {
            return null;
        }
    }

    /// <summary>Waits until there is something to read; false where there is nothing any more, or nothing for now.</summary>
    public override bool Peek()
    {
        // The library asks again as soon as all that was read stands in its queue.
        if (arrived)
            rounds.Hurry();
        arrived = false;
        return !stopped && Tty.WaitForInput();
    }

    /// <summary>What has arrived. A character that comes in two pieces is one (the library's own reader breaks it).</summary>
    public override IEnumerable<char> Read()
    {
        arrived = true;
        return new ArraySegment<char>(characters, 0, decoder.GetChars(bytes, 0, Tty.Read(bytes), characters, 0));
    }

    /// <summary>Waits no more, so that the application can end its reader.</summary>
    public void Stop()
    {
        stopped = true;
        Tty.EndWait();
    }

    // An application takes its reader from here; only the library's own tests can hand one in (its constructor is internal).
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_componentFactory")]
    private static extern ref IComponentFactory? ComponentFactory([UnsafeAccessorType("Terminal.Gui.App.ApplicationImpl, Terminal.Gui")] object app);
}
