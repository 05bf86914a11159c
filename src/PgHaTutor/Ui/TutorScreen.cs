using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>Shows a session on the terminal until the learner leaves.</summary>
internal static class TutorScreen
{
    /// <returns>The program's exit code.</returns>
    public static int Run(Session session)
    {
        MainWindow? window = null;
        var (place, look) = (Path.Combine(session.Home.Directory, "place"), Path.Combine(session.Home.Directory, "look"));
        var began = Themes.Again(Kept.Read(look)) ?? Themes.First;
        void Offer(SessionState state) => window?.Offer(state);
        try
        {
            var code = TerminalHost.Run(app =>
            {
                var ui = new UiThread(app);
                window = new MainWindow(app, ui, Actions.Of(session), session.State, new PromptHistory(Path.Combine(session.Home.Directory, "history")), TimeProvider.System)
                {
                    PlaceLeft = Place.Read(place),
                };
                window.Initialized += (_, _) =>
                {
                    session.Changed += Offer;
                    Offer(session.State);
                    ui.Fire(() => Task.Run(() => session.GoOnAsync()));
                };
                return window;
            }, session.Home.Directory, endWork: () => session.DisposeAsync().AsTask(), look: began);
            window?.Place?.Write(place);
            if (window is not null && Themes.Current != began)
                Kept.Write(look, Themes.Current);
            if (session.State is { Work: { CanCancel: true } work })
                Say($"Cancelled: {work.Doing}.");
            if (session.State is { Lab: not null, Lesson: { } lesson })
                Say($"The lab of “{lesson.Title}” keeps running. {ProgramName.Text} goes on there; {ProgramName.Text} down stops and removes it.");
            return code;
        }
        finally
        {
            session.Changed -= Offer;
        }
    }

    private static void Say(string text)
    {
        foreach (var row in Console.IsOutputRedirected ? [new Row(new Piece(text))] : Rows.Wrap([new Piece(text)], Math.Max(40, Console.WindowWidth)))
            Console.Out.WriteLine(row);
    }
}
