namespace PgHaTutor.Checks;

/// <summary>What a running server is.</summary>
public enum ServerRole { Primary, Standby }
