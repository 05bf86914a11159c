using PgHaTutor.Checks;
using PgHaTutor.Hosts;

namespace PgHaTutor.Lessons;

/// <summary>Turns the parts of a lesson file into its blocks.</summary>
/// <param name="kind">An exercise's hints belong to no step.</param>
internal sealed class BlockReader(LessonKind kind, Names names, Report report)
{
    private static readonly string[] Callouts = ["NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"];
    private static readonly string[] FactsOfSql = ["value", "error", "sqlstate"];
    private static readonly string[] FactsOfStep = ["exit_code", "output", "seconds"];

    /// <summary>Null where the part is too broken to become a block.</summary>
    /// <param name="nextStep">The step that follows in the file, for a prediction.</param>
    public Block? Read(LessonPart part, string? nextStep) => part switch
    {
        ProsePart prose => new ProseBlock(prose.Markdown, prose.At.Line),
        CalloutPart callout => Callout(callout),
        FencePart { Word: "predict" } fence => Prediction(fence, nextStep),
        FencePart { Word: "check" } fence => Check(fence),
        FencePart { Word: "hint" } fence => Hint(fence),
        FencePart fence => Step(fence),
        _ => null,
    };

    private CalloutBlock Callout(CalloutPart callout)
    {
        var word = callout.Kind.ToUpperInvariant();
        if (!Callouts.Contains(word))
            report.Blemish(callout.At, $"'{callout.Kind}' is no kind of callout.", Names.Mend(word, Callouts, "kinds"));
        return new CalloutBlock(word, callout.Markdown, callout.At.Line);
    }

    private StepBlock Step(FencePart fence)
    {
        var fields = new Fields(fence.Attributes, "a step", names, report);
        var step = new Step(fields.Id("step"), fields.Node("on"), fence.Word switch { "sql" => StepLanguage.Sql, "host" => StepLanguage.Host, _ => StepLanguage.Sh }, fence.Text)
        {
            Edit = fields.Flag("edit") ?? false,
            Background = fields.Flag("background") ?? false,
            ExpectFail = fields.OptionalChoice("expect", "fail") is not null,
            Optional = fields.Flag("optional") ?? false,
        };
        var hosts = Hosts(fields);
        fields.Close();
        if (string.IsNullOrWhiteSpace(step.Text))
            report.Break(fence.At, "The step has no command.", "Write it between the fences.");
        if (step.Language is StepLanguage.Host)
            JudgeTroubles(fence.Lines, line => fence.BodyAt with { Line = fence.BodyAt.Line + line }, report);
        CommandHabits.Judge(fence.Lines, line => fence.BodyAt with { Line = fence.BodyAt.Line + line }, names, report);
        return new StepBlock(step, fence.At.Line) { Hosts = hosts };
    }

    /// <summary>What happens to a host is written a line each, in a form that the hosts know.</summary>
    internal static void JudgeTroubles(IReadOnlyList<string> lines, Func<int, Position> at, Report report)
    {
        foreach (var (index, line) in lines.Index().Where(line => line.Item.Trim() is { Length: > 0 } text && !text.StartsWith('#')))
            if (HostTrouble.Parse(line) is null)
                report.Break(at(index), $"'{line.Trim()}' is nothing that can happen to a host.", $"Write one a line: {string.Join(", ", HostTrouble.Forms)}.");
    }

    private CheckBlock? Check(FencePart fence)
    {
        var braces = new Fields(fence.Attributes, "a check", names, report);
        var id = braces.Id("id");
        var step = braces.OptionalStep("step");
        var tense = braces.OptionalChoice("kind", "milestone", "state", "invariant");
        var needs = braces.CheckIds("needs");
        var fromStart = braces.Flag("from_start") ?? false;
        var hosts = Hosts(braces);
        braces.Close();
        if (Body(fence, "a check") is not { } body || CheckReader.Read(id, body) is not { } check)
            return null;
        return new CheckBlock(
            check with
            {
                Step = step,
                Tense = tense switch { "milestone" => Tense.Milestone, "invariant" => Tense.Invariant, _ => Tense.State },
                Needs = needs,
                FromStart = fromStart,
            },
            fence.At.Line) { Hosts = hosts };
    }

    private PredictionBlock? Prediction(FencePart fence, string? nextStep)
    {
        var braces = new Fields(fence.Attributes, "a prediction", names, report);
        var id = braces.Id("id");
        var hosts = Hosts(braces);
        braces.Close();
        if (nextStep is null)
            report.Break(fence.At, "No step follows this prediction.", "Move it before the step whose outcome it asks for.");
        if (Body(fence, "a prediction") is not { } body)
            return null;
        var prediction = new Prediction(id, body.Text("ask"), [], Observe(body)) { Step = nextStep, Explain = body.OptionalText("explain") };
        prediction = prediction with { Choices = Choices(body, prediction.Observe) };
        body.Close();
        return new PredictionBlock(prediction, fence.At.Line) { Hosts = hosts };
    }

    private static Observe Observe(Fields prediction)
    {
        if (!prediction.Has("observe"))
            prediction.Text("observe");
        if (prediction.Map("observe", "observe") is not { } fields)
            return new Observe(null, null);
        var observesStep = !fields.Has("node") && !fields.Has("sql");
        var observe = observesStep ? new Observe(null, null) : new Observe(fields.Node("node"), fields.Code("sql"));
        fields.Close();
        return observe;
    }

    private List<Choice> Choices(Fields prediction, Observe observe)
    {
        var choices = new List<Choice>();
        if (!prediction.Has("choices"))
            prediction.Text("choices");
        if (prediction.Find("choices") is not { } field)
            return choices;
        var list = field.Value as ListValue ?? new ListValue(field.Value.At, []);
        foreach (var item in list.Items)
        {
            if (Choice(item, observe) is not { } choice)
                continue;
            if (choices.Exists(other => other.Text == choice.Text || (choice.When is not null && other.When == choice.When)))
                report.Break(item.At, $"The choice '{choice.Text}' stands here twice, or its condition does.", "Let exactly one choice hold for every outcome.");
            choices.Add(choice);
        }
        if (list.Items.Count < 2)
            report.Break(list.At, "A prediction has at least two choices.", "Write choices: [\"true\", \"false\"].");
        return choices;
    }

    private Choice? Choice(Value item, Observe observe)
    {
        if (item is TextValue text)
        {
            if (observe.Sql is null)
                report.Break(text.At, "A choice without a condition is compared with 'value', and a step's own end has none.", "Write {say: …, when: \"exit_code == 0\"}, or observe with node and sql.");
            return new Choice(text.Text, null);
        }
        if (item is not MapValue map)
        {
            report.Break(item.At, "A choice is a text, or {say: …, when: …}.", "Write one of the two.");
            return null;
        }
        var fields = new Fields(map, "a choice", names, report);
        var say = fields.Text("say");
        if (!fields.Has("when"))
            fields.Text("when");
        var when = fields.Condition("when", new FactNames(observe.Sql is null ? FactsOfStep : FactsOfSql, []));
        fields.Close();
        return new Choice(say, when);
    }

    private HintBlock Hint(FencePart fence)
    {
        var fields = new Fields(fence.Attributes, "a hint", names, report);
        var step = fields.OptionalStep("step");
        if (!fields.Has("tier"))
            fields.Text("tier");
        var tier = fields.Number("tier", minimum: 1, maximum: 3) ?? 1;
        var hosts = Hosts(fields);
        fields.Close();
        if (kind is LessonKind.Lesson && !fields.Has("step"))
            report.Break(fence.At, "The hint belongs to no step.", "Write step=ID into its braces.");
        if (kind is LessonKind.Exercise && fields.Has("step"))
            report.Break(fields.Find("step")!.At, "An exercise's hints belong to no step.", "Remove step=.");
        if (string.IsNullOrWhiteSpace(fence.Text))
            report.Break(fence.At, "The hint says nothing.", "Write it between the fences.");
        return new HintBlock(new Hint(step, tier, fence.Text), fence.At.Line) { Hosts = hosts };
    }

    private static HostCount? Hosts(Fields fields) => fields.OptionalChoice("hosts", "one", "several") switch
    {
        "one" => HostCount.One,
        "several" => HostCount.Several,
        _ => null,
    };

    private Fields? Body(FencePart fence, string what)
    {
        var problems = report.Problems.Count;
        switch (Yaml.Read(fence.Lines, fence.BodyAt, report))
        {
            case MapValue map:
                return new Fields(map, what, names, report);
            case { } other:
                report.Break(other.At, $"The body of {what} is 'name: value' lines.", "Write one field a line.");
                return null;
            default:
                if (report.Problems.Count == problems)
                    report.Break(fence.At, $"The body of {what} is empty.", "Write 'name: value' lines between the fences.");
                return null;
        }
    }
}
