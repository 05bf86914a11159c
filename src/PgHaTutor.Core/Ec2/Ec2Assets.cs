namespace PgHaTutor.Ec2;

/// <summary>The files of <c>assets/ec2</c>, which come inside the program.</summary>
internal static class Ec2Assets
{
    public static Stream Open(string name) =>
        typeof(Ec2Assets).Assembly.GetManifestResourceStream($"ec2/{name}") ?? throw new InvalidOperationException($"The program came without assets/ec2/{name}.");

    public static string Text(string name)
    {
        using var reader = new StreamReader(Open(name));
        return reader.ReadToEnd();
    }
}
