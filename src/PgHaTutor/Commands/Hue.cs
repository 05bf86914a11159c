namespace PgHaTutor.Commands;

/// <summary>The terminal's own colours (SGR codes), which follow the learner's theme. A word always says the same.</summary>
internal enum Hue
{
    Bold = 1,
    Quiet = 2,
    Red = 31,
    Green = 32,
    Yellow = 33,
    Blue = 34,
}
