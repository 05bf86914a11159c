using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>A block of the lesson on the screen: a view that is as high as what it says at a width.</summary>
internal interface ILessonBlock
{
    /// <summary>Lays itself out at that width and gives the rows that it then takes.</summary>
    int Arrange(int width);

    /// <summary>Takes in a new state; true where this changed what the block says.</summary>
    bool Show(SessionState state);

    /// <summary>What Enter does on it; null where it does nothing.</summary>
    Action? Enter => null;

    /// <summary>What that is called in the key bar.</summary>
    string EnterName => "run";
}
