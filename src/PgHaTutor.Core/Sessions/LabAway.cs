namespace PgHaTutor.Sessions;

/// <summary>A lab that stands where nothing can be reached now.</summary>
/// <param name="Why">What happened and what to do, in sentences.</param>
public sealed record LabAway(string Target, string Why);
