namespace PgHaTutor.Hosts;

/// <summary>The signals that a lab sends, by their numbers on Linux (signal(7)).</summary>
public enum Signal
{
    Interrupt = 2,
    Quit = 3,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
}
