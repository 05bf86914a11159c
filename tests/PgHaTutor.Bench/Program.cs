using System.Diagnostics;
using PgHaTutor.Bench;

var e = new Dictionary<string, string> { ["TERM"] = "xterm-256color", ["PATH"] = Environment.GetEnvironmentVariable("PATH")! };
using var t = new PseudoTerminal("cat", [], e);
for (var i = 0; i < 5; i++)
{
    t.Forget();
    var at = Stopwatch.GetTimestamp();
    t.Type("x");
    Console.WriteLine(t.Wait("x", at, TimeSpan.FromSeconds(2)));
}
return 0;
