namespace PgHaTutor.Lessons;

/// <summary>The names of a lesson that its parts may refer to, gathered before the parts are read.</summary>
internal sealed record Names(IReadOnlyList<string> Nodes, IReadOnlyList<string> Steps, IReadOnlyList<string> Checks)
{
    /// <summary>The advice for a name that nobody has: the nearest one, or all that there are.</summary>
    public static string Mend(string wanted, IReadOnlyList<string> known, string plural) =>
        NearestName.Of(wanted, known) is { } nearest ? $"Did you mean '{nearest}'?"
        : known.Count == 0 ? $"There are no {plural} here."
        : $"The {plural} are: {string.Join(", ", known)}.";
}
