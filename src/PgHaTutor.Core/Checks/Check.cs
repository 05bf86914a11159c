using PgHaTutor.Labs;

namespace PgHaTutor.Checks;

/// <summary>One condition on the state of the lab. It looks once; waiting, order and stability stand outside (CheckRun).</summary>
public abstract record Check
{
    public required string Id { get; init; }

    /// <summary>The step after which it is expected to hold; null where it belongs to the lesson as a whole.</summary>
    public string? Step { get; init; }

    public Tense Tense { get; init; } = Tense.State;

    /// <summary>What is to be true, in words, for the screen.</summary>
    public string Title { get; init; } = "";

    /// <summary>Ids of checks that must have passed first; else this one is Blocked.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>How long it may take to become true after its step, before it is called failed.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long it must stay true without a break before it is called passed.</summary>
    public TimeSpan Stable { get; init; }

    /// <summary>True already in the lesson's start state; otherwise verify demands that it fails there.</summary>
    public bool FromStart { get; init; }

    public IReadOnlyList<Explanation> OnFail { get; init; } = [];

    /// <summary>The node that it mainly looks at.</summary>
    public string Node { get; init; } = "";

    /// <summary>Looks once. A node that cannot answer gives CannotTell; never throws for what the learner did.</summary>
    public async Task<Finding> LookAsync(Look look, CancellationToken cancellationToken = default)
    {
        var finding = WithoutAsking(look) ?? await SeeInTimeAsync(look, cancellationToken);
        var node = finding.Node is "" ? Node : finding.Node;
        var facts = NodeFacts.Of(look.Observation, Node is "" ? node : Node);
        facts["observed"] = finding.Observed;
        facts["expected"] = finding.Expected;
        facts["error"] = null;
        facts["sqlstate"] = null;
        foreach (var (name, value) in finding.Facts)
            facts[name] = value;
        return finding with
        {
            Node = node,
            Expected = finding.Expected is "" ? Title : finding.Expected,
            Facts = facts,
        };
    }

    /// <summary>What this kind of check does in one look; the facts of the nodes are added to what it gives.</summary>
    protected abstract Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken);

    /// <summary>It looks by a command on a node's host, which costs more than a question to a server.</summary>
    public virtual bool RunsOnHost => false;

    /// <summary>The nodes whose servers it asks. It is not asked at all where one of them cannot answer.</summary>
    protected virtual IReadOnlyList<string> Asks => [Node];

    /// <summary>How long one look may take before it is called off: longer than the time-outs of a connection.</summary>
    protected virtual TimeSpan Patience => TimeSpan.FromSeconds(6);

    /// <summary>
    /// What is not there is not right; what is down cannot be asked. To an invariant neither is an answer: nothing is violated
    /// while nobody can write.
    /// </summary>
    private Finding? WithoutAsking(Look look)
    {
        var nodes = Asks.Select(name => look.Observation[name]).OfType<NodeObservation>().ToList();
        if (nodes.FirstOrDefault(node => node.State is NodeState.Absent) is { } absent)
            return new Finding(Tense is Tense.Invariant ? Answer.CannotTell : Answer.Failed, $"there is no data directory of {absent.Name}") { Node = absent.Name, Observed = "absent" };
        if (nodes.FirstOrDefault(node => node.State is NodeState.Stopped) is { } stopped)
            return new Finding(Answer.CannotTell, $"the server of {stopped.Name} is stopped") { Node = stopped.Name, Observed = "stopped", IsDown = true };
        if (nodes.FirstOrDefault(node => node.State is NodeState.Starting) is { } starting)
            return new Finding(Answer.CannotTell, starting.Problem ?? $"the server of {starting.Name} does not accept connections yet") { Node = starting.Name, Observed = "starting" };
        if (nodes.FirstOrDefault(node => node.State is NodeState.Unknown) is { } unknown)
            return new Finding(Answer.CannotTell, unknown.Problem ?? $"{unknown.Name} could not be asked") { Node = unknown.Name, Observed = "unknown" };
        return null;
    }

    private async Task<Finding> SeeInTimeAsync(Look look, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, look.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await SeeAsync(look, either.Token);
        }
        catch (NoAnswerException silence)
        {
            return new Finding(Answer.CannotTell, silence.Message) { Query = silence.Query };
        }
        catch (Exception) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new Finding(Answer.CannotTell, $"no answer within {Patience.TotalSeconds:0.#} s");
        }
        // A fault of ours says nothing about what the learner did.
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            return new Finding(Answer.CannotTell, $"could not be checked: {fault.Message}");
        }
    }
}

public enum Tense
{
    /// <summary>Was true once; sticky.</summary>
    Milestone,

    /// <summary>True now.</summary>
    State,

    /// <summary>Must never be violated.</summary>
    Invariant,
}

public enum Answer { Passed, Failed, Blocked, CannotTell }

/// <summary>What a check looks with: the lab as it is, its open connections, the newest Observation.</summary>
public sealed record Look(Lab Lab, LabConnections Connections, Observation Observation, TimeProvider Time)
{
    /// <summary>Expands the lab's variables for a node inside a text of the lesson.</summary>
    public string Expand(string text, string? node = null) =>
        Variables.Expand(text, Variables.For(Lab, node is null ? null : Lab[node]));

    /// <summary>What the looks of one wait share; a single look has its own.</summary>
    public Memory Memory { get; init; } = new();
}

/// <summary>What one look saw: the evidence.</summary>
public sealed record Finding(Answer Answer, string Reason)
{
    public string Node { get; init; } = "";

    /// <summary>The SQL or the command that anybody can repeat to see the same.</summary>
    public string Query { get; init; } = "";
    public string Expected { get; init; } = "";
    public string Observed { get; init; } = "";

    /// <summary>A server that would have to be asked is known to be stopped.</summary>
    public bool IsDown { get; init; }

    /// <summary>The lab was just being disturbed in order to see what follows: this says nothing, and is soon asked again.</summary>
    public bool IsDisturbed { get; init; }

    /// <summary>Named facts for on_fail conditions: null, bool, long, double, string, or a nested dictionary.</summary>
    public IReadOnlyDictionary<string, object?> Facts { get; init; } = new Dictionary<string, object?>();
}

/// <summary>A check's answer at a time, with its evidence.</summary>
public sealed record CheckResult(Check Check, Answer Answer, Finding Finding, DateTimeOffset At)
{
    /// <summary>What the lesson's author says to this kind of failure; null where none of the conditions fits.</summary>
    public string? Explanation { get; init; }

    /// <summary>It is true, and has been for this long only: too short to count yet. Null where that is not what it waits for.</summary>
    public TimeSpan? TrueFor { get; init; }
}

/// <summary>One entry of on_fail: a condition on the facts, and what to say when it holds.</summary>
public sealed record Explanation(Condition When, string Say);
