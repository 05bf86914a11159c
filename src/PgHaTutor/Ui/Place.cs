using System.Globalization;

namespace PgHaTutor.Ui;

/// <summary>Where in a lesson the learner was on leaving.</summary>
/// <param name="Block">The number of the marked block, from 0.</param>
internal sealed record Place(string Lesson, int Block)
{
    public static Place? Read(string file) =>
        Kept.Read(file)?.Split(' ') is [var lesson, var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var block)
            ? new Place(lesson, block)
            : null;

    public void Write(string file) => Kept.Write(file, string.Create(CultureInfo.InvariantCulture, $"{Lesson} {Block}"));
}
