using PgHaTutor.Bench;

// dotnet run -c Release --project tests/PgHaTutor.Bench [-- lab|screen|tick|verify|picture …]    without a word: all that is measured
var wanted = args.Length == 0 ? ["lab", "tick", "screen", "verify"] : args;
var root = Checkout.Root;
using var folder = new BenchFolder();
var figures = new List<Measurement>();

if (wanted.Contains("lab"))
    figures.AddRange(Shown(await LabFigures.MeasureAsync(folder, rounds: 9)));

return figures.All(figure => figure.Held) ? 0 : 1;

static IReadOnlyList<Measurement> Shown(IReadOnlyList<Measurement> figures)
{
    foreach (var figure in figures)
        Console.WriteLine(figure);
    return figures;
}
