namespace PgHaTutor.Ui;

/// <summary>What a line in the console is; each has a mark of its own, so that no colour is needed.</summary>
internal enum OutputKind
{
    /// <summary>What ran, and where.</summary>
    Begin,
    Output,

    /// <summary>Standard error; programs also report their progress there.</summary>
    Error,
    Succeeded,
    Failed,
}
