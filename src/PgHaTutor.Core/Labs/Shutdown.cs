namespace PgHaTutor.Labs;

/// <summary>How a server is ended (PostgreSQL manual, "Shutting Down the Server").</summary>
public enum Shutdown
{
    /// <summary>Ends sessions, writes a shutdown checkpoint.</summary>
    Fast,

    /// <summary>Ends at once; the next start recovers from the WAL.</summary>
    Immediate,

    /// <summary>SIGKILL to the postmaster: what a power cut or the out-of-memory killer does.</summary>
    Kill,
}
