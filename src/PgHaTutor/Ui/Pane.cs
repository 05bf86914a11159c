namespace PgHaTutor.Ui;

/// <summary>The panes of the screen, in the order of their keys.</summary>
internal enum Pane
{
    Lesson,
    Cluster,
    Checks,
    Console,
    Course,
}
