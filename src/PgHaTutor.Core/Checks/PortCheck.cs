namespace PgHaTutor.Checks;

/// <summary>The node's port is held by the postmaster of the node's own data directory, or is not.</summary>
public sealed record PortCheck : Check
{
    public bool Listening { get; init; } = true;

    /// <summary>
    /// Prints who holds the port: whether anybody listens is open to everyone in /proc/net; whether it is our postmaster is
    /// seen by its own sockets, which its user may read. Where there is no /proc, lsof tells both.
    /// </summary>
    private const string Script = """
        pid=$(head -n 1 "$PGDATA/postmaster.pid" 2>/dev/null); kill -0 "$pid" 2>/dev/null || pid=
        if [ -r /proc/net/tcp ]; then
            hex=$(printf '%04X' "$PGPORT")
            sockets=$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v port=":$hex" '$4 == "0A" && substr($2, length($2) - 4) == port { print $10 }')
            [ -n "$sockets" ] || { echo nobody; exit 0; }
            own=$([ -z "$pid" ] || find "/proc/$pid/fd" -lname 'socket:*' -printf '%l\n' 2>/dev/null)
            for socket in $sockets; do
                case "$own" in *"[$socket]"*) echo own; exit 0;; esac
            done
            echo other
        else
            holders=$(lsof -nP -t "-iTCP:$PGPORT" -sTCP:LISTEN)
            [ -n "$holders" ] || { echo nobody; exit 0; }
            case " $(echo $holders) " in *" $pid "*) [ -n "$pid" ] && { echo own; exit 0; };; esac
            echo other
        fi
        """;

    public override bool RunsOnHost => true;

    protected override IReadOnlyList<string> Asks => [];

    protected override async Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken)
    {
        var output = await look.RunAsync(Node, Script, cancellationToken);
        var holder = output.StandardOutput.Trim();
        var query = """ss -ltnp "sport = :$PGPORT"; head -n 1 "$PGDATA/postmaster.pid" """.TrimEnd();
        if (holder is not ("own" or "other" or "nobody"))
            throw new NoAnswerException($"who listens on the port of {Node} cannot be seen: {output.StandardError.Trim()}", query);
        var port = look.Lab[Node].Port;
        var seen = holder switch
        {
            "own" => $"the server of {Node} listens on port {port}",
            "other" => $"another program than the server of {Node} listens on port {port}",
            _ => $"nobody listens on port {port}",
        };
        return new Finding(holder is "own" == Listening ? Answer.Passed : Answer.Failed, seen)
        {
            Query = query,
            Expected = Listening ? "held by the node's own server" : "not held by the node's own server",
            Observed = holder,
            Facts = new Dictionary<string, object?> { ["holder"] = holder },
        };
    }
}
