namespace PgHaTutor.Labs;

/// <summary>How it stands with the folder on a host below which labs live.</summary>
public enum LabsFolder
{
    /// <summary>It belongs to somebody else, or is no folder.</summary>
    Closed,

    /// <summary>It is not there, and only root can make it.</summary>
    Missing,

    /// <summary>It is not there, and the servers' user can make it.</summary>
    Makeable,

    Ready,
}
