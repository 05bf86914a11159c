using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PgHaTutor.Hosts;

namespace PgHaTutor.LabTests;

/// <summary>The page for those who go without the tool, proved on real servers, with other ports and an own home.</summary>
public sealed class SetupTests : IAsyncLifetime
{
    private readonly LocalHost _host = new();
    private readonly SetupPage _page = SetupPage.Read();
    private readonly int _primaryPort = FreePort();
    private readonly int _standbyPort = FreePort();
    private string _home = "";
    private Dictionary<string, string> _own = [];

    /// <param name="major">The version that the reader names, or null: the page takes the newest of the packages.</param>
    [Theory(Timeout = 120_000)]
    [InlineData(null)]
    [InlineData(13)]
    [InlineData(18)]
    public async Task I_can_build_a_pair_by_hand_that_streams_refuses_writes_and_survives_a_promotion(int? major)
    {
        if (major is { } wanted)
            _own = new() { ["PGBIN"] = (await Programs.OrSkipAsync(wanted)).BinDirectory };
        // Before 15, libpq asks the account for its home, not $HOME, which is the test's own.
        if (major < 15)
            _own["PGPASSFILE"] = $"{_home}/.pgpass";
        var stream = await FollowUntilAsync("Does it stream?");
        Assert.Equal("streaming", await AskAsync(_primaryPort, "select state from pg_stat_replication"));
        Assert.Equal($"t|{_primaryPort}", await AskAsync(_standbyPort, "select pg_is_in_recovery(), sender_port from pg_stat_wal_receiver"));
        Assert.Equal("1001", await AskAsync(_standbyPort, "select count(*) from orders"));
        Assert.Contains("cannot execute INSERT in a read-only transaction", stream, StringComparison.Ordinal);

        var promotion = await FollowUntilAsync("Promotion");
        Assert.Equal("f|00000002", await AskAsync(_standbyPort, "select pg_is_in_recovery(), substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"));
        Assert.Contains("server promoted", promotion, StringComparison.Ordinal);

        await FollowUntilAsync("The old primary as the new standby");
        Assert.Equal($"t|{_standbyPort}", await AskAsync(_primaryPort, "select pg_is_in_recovery(), sender_port from pg_stat_wal_receiver"));

        await FollowUntilAsync("Clean up");
        Assert.Equal("nothing left", await SayAsync("[ ! -e ~/pgha ] && [ ! -s ~/.pgpass ] && echo nothing left"));
    }

    [Fact]
    public async Task I_am_told_which_port_is_taken_before_anything_is_built()
    {
        using var squatter = new TcpListener(IPAddress.Loopback, _primaryPort);
        squatter.Start();

        var said = await FollowUntilAsync("A shell for the rest");

        Assert.Contains($"port {_primaryPort} is taken", said, StringComparison.Ordinal);
        Assert.Contains($"port {_standbyPort} is free", said, StringComparison.Ordinal);
    }

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Directory.Exists("/usr/lib/postgresql"), "SETUP.md is for Ubuntu and Debian, whose servers are in /usr/lib/postgresql; there is none here.");
        _home = (await _host.RunAsync(new Script("mktemp -d /tmp/pgha-XXXXXX"), cancellationToken: Cancel)).StandardOutput.Trim();
    }

    /// <summary>Stops what a failed test left running, in its own home only, and removes it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_home.Length > 0)
            await _host.RunAsync(new Script(
                _page.Variables + "\nfor data in \"$PRIMARY\" \"$STANDBY\"; do [ ! -e \"$data/postmaster.pid\" ] || pg_ctl -D \"$data\" -m immediate -w stop; done\ncd /\nrm -rf \"$HOME\"")
            {
                Environment = Settings,
            });
    }

    private readonly HashSet<string> _followed = [];

    /// <summary>Runs the page up to and with that section, each section in a shell of its own, and not twice.</summary>
    private async Task<string> FollowUntilAsync(string title)
    {
        var last = _page.Sections.Single(section => section.Title == title);
        var said = "";
        foreach (var section in _page.Sections.TakeWhile(section => section != last).Append(last).Where(section => _followed.Add(section.Title)))
            said = await SayAsync(_page.Script(section));
        return said;
    }

    private async Task<string> AskAsync(int port, string sql) => await SayAsync($"{{ {_page.Variables}\n}} > /dev/null\npsql -qAtp {port} -c \"{sql}\"");

    private async Task<string> SayAsync(string text)
    {
        var output = await _host.RunAsync(new Script(text) { Environment = Settings }, cancellationToken: Cancel);
        var said = output.StandardOutput + output.StandardError;
        Assert.True(output.Succeeded, said);
        return said.Trim();
    }

    private Dictionary<string, string> Settings => new(_own)
    {
        ["HOME"] = _home,
        ["PRIMARY_PORT"] = _primaryPort.ToString(CultureInfo.InvariantCulture),
        ["STANDBY_PORT"] = _standbyPort.ToString(CultureInfo.InvariantCulture),
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
