using PgHaTutor.Commands;
using PgHaTutor.Labs;
using PgHaTutor.Lessons;

namespace PgHaTutor.Tests.Commands;

/// <summary>The table that says what is proved where.</summary>
public sealed class ProofTableTests
{
    private static readonly Course Course = new([new Module("01", "One", [Lesson("a.first"), Lesson("a.second")])], []);

    [Fact]
    public void A_column_is_added_and_the_others_stay()
    {
        var text = "Before\n<!-- proofs: made by tutor verify --table -->\n<!-- /proofs -->\nAfter\n";
        foreach (var (heading, proofs) in new[]
                 {
                     ("ssh, two hosts", Proofs("ssh:hosts.yaml", "15.18", secondHeld: false)),
                     (null, Proofs("local", "18.6", secondHeld: true)),
                     (null, Proofs("docker:mine", "15", secondHeld: true)),
                     (null, Proofs("local", "9.6", secondHeld: true)),
                     (null, Proofs("local", "15.18", secondHeld: null)),
                 })
            text = ProofTable.Merge(text, heading ?? ProofTable.ColumnOf(proofs), proofs, Course);

        Assert.Equal("""
            Before
            <!-- proofs: made by tutor verify --table -->

            | lesson | local, 9 | local, 15 | local, 18 | docker | ssh, two hosts |
            | --- | --- | --- | --- | --- | --- |
            | a.first | ✔ 2 on 9.6 | ✔ 2 on 15.18 | ✔ 2 on 18.6 | ✔ 2 on 15 | ✔ 2 on 15.18 |
            | a.second | ✔ 2 on 9.6 | – | ✔ 2 on 18.6 | ✔ 2 on 15 | ✘ 1 of 2 on 15.18 |

            <!-- /proofs -->
            After

            """, text);
    }

    [Fact]
    public void A_file_without_a_place_for_it_is_refused() =>
        Assert.Contains("no place", Assert.Throws<UsageException>(() => ProofTable.Merge("text", "local", Proofs("local", "15.18", true), Course)).Message);

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("13 of 14 lessons proved")]
    [InlineData("")]
    public async Task A_file_that_is_no_document_of_verify_is_refused(string text)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);

        var refusal = await Assert.ThrowsAsync<UsageException>(() => VerifyDocument.ReadAsync(file, TestContext.Current.CancellationToken));

        Assert.Equal($"{file} is not what verify --json prints.", refusal.Message);
        File.Delete(file);
    }

    /// <param name="secondHeld">Whether the second lesson was proved; null: it was skipped.</param>
    private static VerifyDocument Proofs(string target, string version, bool? secondHeld) => new(
        true, 4,
        [
            new("a.first", target, version, true, null, 2, [Play("unsolved", true), Play("solution", true)]),
            secondHeld is { } held
                ? new("a.second", target, version, held, null, 2, [Play("unsolved", true), Play("solution", held)])
                : new("a.second", target, null, false, "it claims ssh", 0, []),
        ]);

    private static VerifyDocument.Play Play(string kind, bool held) => new(kind, "it", "passed", held ? "passed" : "failed", held, 1, [], new Dictionary<string, string>());

    private static Lesson Lesson(string id) => new() { Id = id, Title = id, Recipe = new Recipe([]), File = "", ContentHash = "" };
}
