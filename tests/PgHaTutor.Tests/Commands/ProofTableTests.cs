using PgHaTutor.Commands;
using PgHaTutor.Labs;
using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.Tests.Commands;

/// <summary>The table that says what is proved where.</summary>
public sealed class ProofTableTests
{
    private static readonly Course Course = new([new Module("01", "One", [Lesson("a.first"), Lesson("a.second")])], []);

    [Fact]
    public void A_column_is_added_and_the_others_stay()
    {
        var once = ProofTable.Merge("Before\n<!-- proofs: made by tutor verify --table -->\n<!-- /proofs -->\nAfter\n", "ssh, two hosts", [Proof("a.first", held: true), Proof("a.second", held: false)], Course);
        var twice = ProofTable.Merge(once, "local", [Proof("a.first", held: true), new LessonProof("a.second", "local", null, [], 0) { Skipped = "it claims ssh" }], Course);

        Assert.Equal("""
            Before
            <!-- proofs: made by tutor verify --table -->

            | lesson | local | ssh, two hosts |
            | --- | --- | --- |
            | a.first | ✔ 2 plays on 15.18 | ✔ 2 plays on 15.18 |
            | a.second | – | ✘ 1 of 2 plays |

            <!-- /proofs -->
            After

            """, twice);
    }

    [Fact]
    public void A_file_without_a_place_for_it_is_refused() =>
        Assert.Contains("no place", Assert.Throws<UsageException>(() => ProofTable.Merge("text", "local", [], Course)).Message);

    private static LessonProof Proof(string lesson, bool held) => new(lesson, "local", "15.18",
        [new Play("unsolved", "start state", "failed: x", "failed: x", true, 1), new Play("solution", "steps", "passed", held ? "passed" : "failed", held, 1)], 2);

    private static Lesson Lesson(string id) => new() { Id = id, Title = id, Recipe = new Recipe([]), File = "", ContentHash = "" };
}
