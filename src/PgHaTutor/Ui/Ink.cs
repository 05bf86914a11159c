namespace PgHaTutor.Ui;

/// <summary>What a piece of text means; the theme decides how that looks.</summary>
internal enum Ink
{
    Plain,

    /// <summary>Said in passing.</summary>
    Quiet,
    Strong,
    Accent,
    Passed,
    Failed,
    Blocked,
    CannotTell,
    Callout,
    Code,
    Comment,
    Keyword,
    Literal,
    Number,
    Variable,

    /// <summary>The row that Enter acts on.</summary>
    Chosen,
}
