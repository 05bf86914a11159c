using System.Globalization;
using System.Text.RegularExpressions;
using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>Finds the PostgreSQL servers that a host has.</summary>
public static partial class Installations
{
    /// <summary>The major version that the lab begins with.</summary>
    public const int Oldest = 13;

    /// <summary>The environment variable that names folders with programs, with ':' between them.</summary>
    public const string Named = "PGHATUTOR_PG_BIN";

    /// <summary>Newest first; of one version, those that <c>$PGHATUTOR_PG_BIN</c> names come first.</summary>
    public static async Task<IReadOnlyList<Installation>> OfAsync(Host host, CancellationToken cancellationToken)
    {
        var output = await host.RunAsync(new Script("""
            shopt -s nullglob
            IFS=: read -ra named <<<"${PGHATUTOR_PG_BIN:-}"
            IFS=: read -ra path <<<"$PATH"
            for bin in "${named[@]}" /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/local/pgsql/bin \
                /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin "${path[@]}"; do
              for program in postgres initdb pg_ctl pg_basebackup psql; do [ -x "$bin/$program" ] || continue 2; done
              printf '%s\t%s\n' "$(cd -P "$bin" && pwd)" "$("$bin/postgres" --version)"
            done
            """), cancellationToken: cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return
        [
            .. output.StandardOutput.Split('\n').Select(Parse).OfType<Installation>().DistinctBy(found => found.BinDirectory)
                .Where(found => found.Major >= Oldest)
                .OrderByDescending(found => found.Major).ThenByDescending(Minor),
        ];
    }

    /// <summary>Of an image whose PG_MAJOR promises what it has not.</summary>
    public static string NoneInImage(Installation wished) =>
        $"The image has no server programs of PostgreSQL {wished.Major}, though its PG_MAJOR says so. Use an official one (--target docker) or one that is made from it.";

    /// <summary>The folders that <c>$PGHATUTOR_PG_BIN</c> names here and in which none of these was found.</summary>
    public static IReadOnlyList<string> Useless(IReadOnlyList<Installation> installed) =>
    [
        .. (Environment.GetEnvironmentVariable(Named) ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Where(folder => !installed.Any(one => one.BinDirectory == Paths.Real(folder))),
    ];

    /// <summary>A line of the search: the folder, a tab, <c>postgres (PostgreSQL) 15.18 (Debian …)</c>.</summary>
    internal static Installation? Parse(string line)
    {
        var match = VersionLine().Match(line);
        return match.Success
            ? new Installation(match.Groups[1].Value, match.Groups[2].Value, int.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture))
            : null;
    }

    private static int Minor(Installation found) =>
        found.Version.Split('.') is [_, var minor] && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    [GeneratedRegex(@"^(/.*)\tpostgres \(PostgreSQL\) ((\d+)[\w.]*)")]
    private static partial Regex VersionLine();
}
