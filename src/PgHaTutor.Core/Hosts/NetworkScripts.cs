namespace PgHaTutor.Hosts;

/// <summary>The bash, run as root, that lets something happen to a host's network, and takes it back.</summary>
/// <remarks>
/// Only packets from and to the lab's other hosts (<c>PEERS</c>) are meant, and never those of ssh, on which the lab itself comes.
/// Everything has a name of its own, so that it can be taken back, and a dead man's hand: after <see cref="Longest"/> it is gone by itself.
/// </remarks>
internal static class NetworkScripts
{
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    /// <param name="trouble">A cut, a delay or a loss.</param>
    /// <param name="peers">The addresses of the lab's other hosts.</param>
    public static string Of(HostTrouble trouble, IReadOnlyList<string> peers) =>
        $"""
        PEERS={Bash.Quote(string.Join(' ', peers))} AMOUNT={trouble.Amount} LONGEST={Longest.TotalSeconds:0}
        {Heal}
        {trouble.Kind switch
        {
            TroubleKind.Cut => DropByNft + Cut,
            TroubleKind.Loss => DropByNft + SlowLink.Lay + Loss,
            _ => SlowLink.Lay + Delay,
        }}
        {DeadMansHand}
        """;

    public const string Heal = $$"""
        export PATH=$PATH:/usr/sbin:/sbin
        token=/run/pghatutor-trouble
        rm -f "$token"
        {{SlowLink.Remove}}
        if command -v nft >/dev/null; then nft delete table inet pghatutor 2>/dev/null; fi
        if command -v iptables >/dev/null; then
          for chain in INPUT OUTPUT; do while iptables -w -D "$chain" -j PGHATUTOR 2>/dev/null; do :; done; done
          iptables -w -F PGHATUTOR 2>/dev/null; iptables -w -X PGHATUTOR 2>/dev/null
        fi
        if command -v tc >/dev/null; then
          for device in /sys/class/net/*; do
            device=${device##*/}
            ! tc qdisc show dev "$device" 2>/dev/null | grep -q 'netem 7432:' || tc qdisc del dev "$device" root
          done
        fi
        set -e
        """;

    public const string Reboot = """
        command -v systemctl >/dev/null || command -v reboot >/dev/null || { echo "neither systemctl nor reboot is there" >&2; exit 1; }
        setsid bash -c 'sleep 1; systemctl reboot || reboot' </dev/null >/dev/null 2>&1 &
        """;

    /// <summary>The function <c>drop_by_nft SOME</c>: drops those packets of the peers that the condition of nft means.</summary>
    // ssh is accepted by rules of its own: in one rule with the drop, nft has merged the two comparisons of ports into another one.
    private const string DropByNft = """
        drop_by_nft() {
          local in= out= peer family
          for peer in $PEERS; do
            family=ip; case $peer in *:*) family=ip6 ;; esac
            in="$in $family saddr $peer meta l4proto tcp $1 drop;"
            out="$out $family daddr $peer meta l4proto tcp $1 drop;"
          done
          nft -f - <<END
        table inet pghatutor {
          chain in { type filter hook input priority -5; tcp dport 22 accept; tcp sport 22 accept; $in }
          chain out { type filter hook output priority -5; tcp dport 22 accept; tcp sport 22 accept; $out }
        }
        END
        }

        """;

    private const string Cut = """
        if command -v nft >/dev/null; then
          drop_by_nft ''
        elif command -v iptables >/dev/null; then
          iptables -w -N PGHATUTOR
          for peer in $PEERS; do
            for side in "-s $peer" "-d $peer"; do iptables -w -A PGHATUTOR $side -p tcp -m multiport ! --ports 22 -j DROP; done
          done
          for chain in INPUT OUTPUT; do iptables -w -I "$chain" -j PGHATUTOR; done
        else
          echo "neither nft nor iptables is there; install the package nftables" >&2; exit 1
        fi
        """;

    /// <summary>By nft both ways alike; by the slow link as many more on the way out. Of a hundred, nft numbers packets from 0 to 99, and refuses to compare with a hundred.</summary>
    private const string Loss = """
        if command -v nft >/dev/null; then
          some="numgen random mod 100 < $AMOUNT"
          [ "$AMOUNT" != 100 ] || some=
          drop_by_nft "$some"
        elif command -v perl >/dev/null; then
          slow_link 0 $((100 - (100 - AMOUNT) * (100 - AMOUNT) / 100))
        else
          echo "neither nft nor perl is there; install the package nftables" >&2; exit 1
        fi
        """;

    /// <summary>What leaves is delayed, and the answers come at once: by the kernel, in one queue for the peers beside another for all else, or by the slow link.</summary>
    private const string Delay = """
        by_kernel() {
          command -v tc >/dev/null && command -v ip >/dev/null || return
          for peer in $PEERS; do
            device=$(ip -o route get "$peer" | sed -E 's/.* dev ([^ ]+).*/\1/')
            tc qdisc show dev "$device" | grep -q 'netem 7432:' || {
              tc qdisc add dev "$device" root handle 7431: prio || return
              tc qdisc add dev "$device" parent 7431:3 handle 7432: netem delay "${AMOUNT}ms" || { tc qdisc del dev "$device" root; return 1; }
            }
            for port in dport sport; do
              tc filter add dev "$device" parent 7431: protocol ip prio 1 u32 match ip dst "$peer/32" match ip protocol 6 0xff match ip $port 22 0xffff flowid 7431:1 || return
            done
            tc filter add dev "$device" parent 7431: protocol ip prio 3 u32 match ip dst "$peer/32" match ip protocol 6 0xff flowid 7431:3 || return
          done
        }
        if by_kernel 2>/dev/null; then :
        elif command -v perl >/dev/null; then slow_link "$AMOUNT" 0
        else echo "this kernel has no netem, which delays packets, and there is no perl to do it instead; install one of them (perl; the kernel's extra modules)" >&2; exit 1
        fi
        """;

    private static readonly string DeadMansHand = $$"""
        echo "$$ $RANDOM $SECONDS" >"$token"
        word=$(cat "$token")
        setsid bash -c '
          sleep "$1"
          [ "$(cat "$2" 2>/dev/null)" = "$3" ] || exit
          {{Heal.Replace("'", "'\\''")}}
        ' pghatutor "$LONGEST" "$token" "$word" </dev/null >/dev/null 2>&1 &
        """;
}
