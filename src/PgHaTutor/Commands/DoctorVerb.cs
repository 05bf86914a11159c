using System.CommandLine;
using PgHaTutor.Labs;
using PgHaTutor.Sessions;

namespace PgHaTutor.Commands;

/// <summary><c>tutor doctor</c>: what is installed, what can be used, and how to mend what is missing.</summary>
internal sealed class DoctorVerb : Verb
{
    private readonly Option<string?> _target = TargetOption();
    private readonly Option<bool> _json = new("--json") { Description = "as one JSON document" };

    public DoctorVerb(Desk desk) : base("doctor", "what is installed, and how to mend what is missing", desk)
    {
        Add(_target);
        Add(_json);
    }

    protected override async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        var document = await ExamineAsync(Targets.Named(words.GetValue(_target)), words, cancellationToken);
        if (words.GetValue(_json))
            Streams.WriteJson(document, DocumentJson.Indented.DoctorDocument);
        else
            Write(document);
        return document.Usable ? ExitCode.Done : ExitCode.NotUsable;
    }

    private Task<DoctorDocument> ExamineAsync(string target, ParseResult words, CancellationToken cancellationToken) => Targets.KindOf(target) switch
    {
        "ssh" => new SshExamination(Targets.InventoryOf(target[(target.IndexOf(':') + 1)..]), Targets.DoubtsOf(target, Desk.Read(words).Course)).RunAsync(cancellationToken),
        Targets.Local => new Examination(words.GetValue(Desk.CourseOption)).RunAsync(cancellationToken),
        _ => ContainersAsync(target, cancellationToken),
    };

    private static async Task<DoctorDocument> ContainersAsync(string target, CancellationToken cancellationToken)
    {
        await using var fleet = Targets.ContainersOf(target, TutorHome.FromEnvironment());
        return await new ContainerExamination(fleet).RunAsync(cancellationToken);
    }

    private void Write(DoctorDocument document)
    {
        foreach (var finding in document.Findings)
        {
            var (word, hue) = finding.Answer switch
            {
                "ok" => ("✔ ok", Hue.Green),
                "missing" => ("✘ missing", Hue.Red),
                _ => ("! note", Hue.Yellow),
            };
            Streams.Out.WriteLine($"{Streams.Paint(hue, word.PadRight(9))} {finding.Name}: {finding.Found}");
            if (finding.Mend is { } mend)
                Streams.Out.WriteLine($"            {mend}");
        }
        foreach (var target in document.Targets)
            Streams.Out.WriteLine($"target {target.Name}: {(target.Usable ? "usable" : "not usable")}{(target.Reason.Length > 0 ? $", {target.Reason}" : "")}");
    }
}
