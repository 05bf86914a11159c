namespace PgHaTutor.Bench;

/// <summary>The checkout that the benchmark was built from.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string from) => File.Exists(Path.Combine(from, "PgHaTutor.sln"))
        ? from
        : Find(Path.GetDirectoryName(from) ?? throw new InvalidOperationException("The benchmark does not lie in a checkout."));
}
