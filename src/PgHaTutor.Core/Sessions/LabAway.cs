namespace PgHaTutor.Sessions;

/// <summary>A lab that cannot be worked with now, because something is in the way of its hosts.</summary>
/// <param name="IsKnown">Whether it is known where its hosts are.</param>
/// <param name="Why">What happened and what to do, in sentences.</param>
public sealed record LabAway(string Target, bool IsKnown, string Why);
