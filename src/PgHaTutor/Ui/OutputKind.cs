namespace PgHaTutor.Ui;

/// <summary>What a line in the console is; each has a mark of its own, so that no colour is needed.</summary>
internal enum OutputKind
{
    /// <summary>What ran, and where.</summary>
    Begin,

    /// <summary>A further line of what ran.</summary>
    Further,

    /// <summary>What was entered and has its turn later.</summary>
    Waiting,
    Output,

    /// <summary>Standard error; programs also report their progress there.</summary>
    Error,
    Succeeded,
    Failed,

    /// <summary>What follows is of another lesson, or of another state of its lab.</summary>
    Divider,
}
