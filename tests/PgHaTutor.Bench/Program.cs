using PgHaTutor.Bench;

// dotnet run -c Release --project tests/PgHaTutor.Bench [-- lab|screen|tick|verify|ssh|docker …]    without a word: all but ssh, which takes root, and docker, which takes an engine
// screen and tick measure the ReadyToRun program, and the native one where it was made; … -- picture draws assets/screen.svg from `tmux capture-pane -ep` on its input
var wanted = args.Length == 0 ? ["lab", "tick", "screen", "verify"] : args;
var root = Checkout.Root;
using var folder = new BenchFolder();
var figures = new List<Measurement>();

if (wanted.Contains("lab"))
    figures.AddRange(Shown(await LabFigures.MeasureAsync(folder, rounds: 9)));
if (wanted.Contains("ssh"))
{
    figures.AddRange(Shown(await SshFigures.MeasureAsync(folder)));
    figures.AddRange(Shown(await SshLabFigures.MeasureAsync(folder, rounds: 5)));
}

if (wanted.Contains("docker"))
    figures.AddRange(Shown(await DockerFigures.MeasureAsync(folder, rounds: 5)));

var launcher = Path.Combine(root, "tutor");
var program = Path.Combine(root, "artifacts", "app", "tutor");
var native = Path.Combine(root, "artifacts", "native", "tutor");
if (wanted.Any(word => word is "tick" or "screen" or "verify" or "picture") && !File.Exists(program))
    throw new InvalidOperationException("Build the program first: ./tutor list, and ./tutor native after it.");
List<(string Label, string File)> builds = [("ReadyToRun", program), .. File.Exists(native) ? [("native", native)] : Array.Empty<(string, string)>()];
foreach (var (label, file) in builds)
{
    if (wanted.Contains("tick"))
        figures.AddRange(Shown(await TickFigures.MeasureAsync(file, label, launcher, folder, rounds: 40)));
    if (wanted.Contains("screen"))
        figures.AddRange(Shown(await ScreenFigures.MeasureAsync(file, label, launcher, folder, "streaming.what-moves", starts: 15)));
}
if (builds.Count == 1 && wanted.Any(word => word is "tick" or "screen"))
    Console.WriteLine("       the native program is not measured: ./tutor native makes it");
if (wanted.Contains("verify"))
{
    var terminal = new BenchTerminal(program, launcher, folder, "verify-home");
    var seconds = await Measurement.TimeAsync(() => terminal.RunAsync("verify")) / 1000;
    figures.AddRange(Shown([new("verify of the whole course", seconds, null, 240, "") { Unit = "s " }]));
}
if (wanted.Contains("picture"))
    await File.WriteAllTextAsync(Path.Combine(root, "assets", "screen.svg"), AnsiPicture.Of(await Console.In.ReadToEndAsync()));

return figures.All(figure => figure.Held) ? 0 : 1;

static IReadOnlyList<Measurement> Shown(IReadOnlyList<Measurement> figures)
{
    foreach (var figure in figures)
        Console.WriteLine(figure);
    return figures;
}
