using System.Globalization;

namespace PgHaTutor.LabTests.Hosts;

/// <summary>
/// An EC2 endpoint on loopback that answers as AWS does, also with AWS's errors; see <c>tests/hosts/moto.sh</c>.
/// What it starts does not exist: nobody may dial the addresses that it invents.
/// </summary>
public sealed class MotoServer : IAsyncDisposable
{
    private readonly TestHostScript _script;

    private MotoServer(Uri address, TestHostScript script) => (Address, _script) = (address, script);

    /// <summary>As <c>AWS_ENDPOINT_URL_EC2</c> takes it. It takes any credentials, in any region.</summary>
    public Uri Address { get; }

    /// <summary>Starts one with an account of its own, in about half a second; skips the test where this machine cannot.</summary>
    public static async Task<MotoServer> StartAsync()
    {
        await TestHostScript.NeedOrSkipAsync("moto", "mmdebstrap", "unshare", "chroot");
        var script = new TestHostScript("moto.sh", new Dictionary<string, string>
        {
            ["MOTO"] = $"/tmp/pght-moto-{Guid.NewGuid():N}"[..22],
            ["OWNER"] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
        });
        return new MotoServer(new Uri(await script.RunAsync(["up"], TestContext.Current.CancellationToken)), script);
    }

    public async ValueTask DisposeAsync() => await _script.RunAsync(["down"]);
}
