namespace PgHaTutor.Ui;

/// <summary>A piece of a row in one ink; a click on it may do something.</summary>
internal sealed record Piece(string Text, Ink Ink = Ink.Plain, Action? Click = null)
{
    public static implicit operator Piece(string text) => new(text);
}
