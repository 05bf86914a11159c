namespace PgHaTutor.Checks;

/// <summary>Whether a server process runs on a data directory.</summary>
public enum ServerState { Running, Stopped }
