using System.Net;
using System.Net.Sockets;
using PgHaTutor.Labs;

namespace PgHaTutor.Tests.Labs;

public sealed class PortBookTests : IDisposable
{
    private static readonly IReadOnlySet<int> None = new HashSet<int>();

    private readonly string _folder = Directory.CreateTempSubdirectory("pghatutor-ports-").FullName;

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    private PortBook Book => new(Path.Combine(_folder, "book"));

    [Fact]
    public async Task Each_lab_gets_ports_in_a_row_that_no_other_lab_has()
    {
        var pairs = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Book.ReserveAsync(2, Lab($"lab{n}"), None, TestEnd)));
        Assert.All(pairs, pair => Assert.Equal(pair[0] + 1, pair[1]));
        Assert.Distinct(pairs.SelectMany(pair => pair));
    }

    [Fact]
    public async Task The_ports_of_a_lab_that_is_gone_are_free_again()
    {
        var gone = Lab("gone");
        var ports = await Book.ReserveAsync(2, gone, None, TestEnd);
        Directory.Delete(gone);
        Assert.Equal(ports, await Book.ReserveAsync(2, Lab("next"), None, TestEnd));
    }

    [Fact]
    public async Task Only_the_lab_itself_gives_its_ports_back()
    {
        var ports = await Book.ReserveAsync(1, Lab("mine"), None, TestEnd);
        Book.Release(Lab("other"), ports);
        Assert.NotEqual(ports, await Book.ReserveAsync(1, Lab("second"), None, TestEnd));
        Book.Release(Lab("mine"), ports);
        Assert.Equal(ports, await Book.ReserveAsync(1, Lab("third"), None, TestEnd));
    }

    [Fact]
    public async Task A_port_that_somebody_listens_on_is_left_alone()
    {
        var wanted = await Book.ReserveAsync(1, Lab("first"), None, TestEnd);
        Book.Release(Lab("first"), wanted);
        using var production = new TcpListener(IPAddress.Any, wanted[0]);
        production.Start();
        Assert.DoesNotContain(wanted[0], await Book.ReserveAsync(2, Lab("second"), None, TestEnd));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Lab(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
}
