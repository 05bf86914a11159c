using PgHaTutor.Checks;
using PgHaTutor.Lessons;

namespace PgHaTutor.Ui;

/// <summary>What the blocks of a lesson ask for; the window wires them.</summary>
internal sealed record BlockActions
{
    public required Action<Step> Run { get; init; }
    public required Action<Step> Edit { get; init; }
    public required Action<Step> Stop { get; init; }
    public required Action<string> Copy { get; init; }
    public required Action<Prediction> Ask { get; init; }
    public required Action<Prediction, Choice> Predict { get; init; }
    public required Action<string?> Hint { get; init; }
    public required Action<Check> Open { get; init; }
    public required Action<Lesson> Begin { get; init; }

    /// <summary>Goes to what is next.</summary>
    public required Action GoOn { get; init; }

    /// <summary>A text with the variables of a node in it.</summary>
    public required Func<string, string?, string> Expand { get; init; }
}
