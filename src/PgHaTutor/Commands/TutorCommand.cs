using System.CommandLine;
using PgHaTutor.Sessions;
using PgHaTutor.Ui;

namespace PgHaTutor.Commands;

/// <summary>The program without a verb: the screen; where there is no terminal, the course and how to go on.</summary>
internal sealed class TutorCommand : RootCommand
{
    private readonly Desk _desk;
    private readonly Option<string?> _target = Verb.TargetOption();

    public TutorCommand(Desk desk) : base("Learn PostgreSQL high availability on real clusters.")
    {
        _desk = desk;
        Add(_target);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        var target = Targets.Named(words.GetValue(_target));
        if (!_desk.Streams.CanAsk)
            return Describe(_desk.Read(words).Course);

        var rehearsal = Rehearsal.Begin();
        var course = await _desk.CourseAsync(words, cancellationToken);
        await using var session = Session.Begin(TutorHome.FromEnvironment(), course, target);
        foreach (var line in Ec2Reminder.Lines())
            session.Tell(line);
        // The screen has its own answer to signals: it gives the terminal back first.
        _desk.Interrupt.StandAside();
        await Task.WhenAny(rehearsal);
        return TutorScreen.Run(session);
    }

    private int Describe(Lessons.Course course)
    {
        var streams = _desk.Streams;
        var progress = CourseTable.Progress(streams);
        CourseTable.Write(streams, course, progress);
        var next = CourseTable.Next(course, progress)?.Id ?? "LESSON";
        streams.Out.WriteLine($"""

            This is not a terminal, so the screen is not opened. To go on:
              tutor                  in a terminal: the lessons on the screen
              tutor plain {next}
                                     the same as a dialogue, line by line
              tutor up {next}
                                     builds a lesson's lab; then exec, sql, step, check, down
              tutor --help           all verbs
            """);
        return ExitCode.Done;
    }
}
