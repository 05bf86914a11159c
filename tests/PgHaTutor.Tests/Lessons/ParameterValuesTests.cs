using PgHaTutor.Labs;
using PgHaTutor.Lessons;

namespace PgHaTutor.Tests.Lessons;

/// <summary>Every learner works with values of their own, and keeps them.</summary>
public sealed class ParameterValuesTests
{
    private static readonly Lesson Lesson = new()
    {
        Id = "some.lesson",
        Title = "",
        File = "",
        ContentHash = "",
        Recipe = new Recipe([]),
        Parameters = [new Parameter("slot", "name"), new Parameter("delay-ms", "number") { Minimum = -3, Maximum = 3 }],
    };

    [Fact]
    public void My_values_stay_the_same_and_are_not_my_neighbours()
    {
        Assert.Equal(ParameterValues.For(Lesson, "mine"), ParameterValues.For(Lesson, "mine"));
        Assert.NotEqual(ParameterValues.For(Lesson, "mine")["SLOT"], ParameterValues.For(Lesson, "my neighbour's")["SLOT"]);
        Assert.NotEqual(ParameterValues.For(Lesson, "mine")["SLOT"], ParameterValues.For(Lesson with { Id = "another.lesson" }, "mine")["SLOT"]);
    }

    [Fact]
    public void A_name_is_an_identifier_without_quotes_and_a_number_lies_in_its_range()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var values = ParameterValues.For(Lesson, $"{seed}");

            Assert.Matches("^slot_[a-z][a-z0-9]{3}$", values["SLOT"]);
            Assert.InRange(int.Parse(values["DELAY_MS"]), -3, 3);
        }
    }
}
