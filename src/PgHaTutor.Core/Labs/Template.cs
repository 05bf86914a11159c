using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>
/// The stopped clusters of a recipe's start state, made once and copied for every lab: their files say nothing about where
/// they lie and listen. Clusters that do not follow each other have their own initdb, so their own system identifier.
/// </summary>
/// <remarks>
/// What costs is to make a cluster's thousand files, not to read them. So each cluster is kept packed in one file, and the first lab takes
/// the very files that were made.
/// </remarks>
internal sealed class Template
{
    private Template(string directory, Credentials credentials) => (Directory, Credentials) = (directory, credentials);

    public string Directory { get; }

    /// <summary>The bash function <c>take NODE</c>: puts that cluster into the folder nodes.</summary>
    public string Taking => $$"""
        take() {
          local made={{Bash.Quote($"{Directory}/nodes")}}/$1
          # Renamed within the template first, because a move to another file system is no single act, and two labs may begin at once.
          { mv -T "$made" "$made.$BASHPID" && mv -T "$made.$BASHPID" "nodes/$1"; } 2>/dev/null || tar -C nodes -xpf {{Bash.Quote(Directory)}}/"$1.tar"
        }
        """;

    public Credentials Credentials { get; }

    /// <summary>The template of a plan, from a site's cache or made now.</summary>
    /// <exception cref="LabException">It could not be made.</exception>
    public static async Task<Template> OfAsync(
        LocalHost host, string cache, LabPlan plan, IProgress<LabProgress>? progress, CancellationToken cancellationToken)
    {
        var recipe = Expanded(plan);
        var directory = Path.Combine(cache, Key(host, plan.Installation, recipe));
        if (TemplateMarker.Read(directory) is { } marker)
        {
            if (marker.IsUsable)
                return new Template(directory, marker.Credentials);
            await new Removal(host).FolderAsync(directory, TemplateMarker.FileName, cancellationToken);
        }
        return new Template(directory, await new TemplateMaking(host, cache, recipe, plan.Installation, progress).MakeAsync(directory, cancellationToken));
    }

    /// <summary>The recipe with the learner's own values in it.</summary>
    public static Recipe Expanded(LabPlan plan) => new(
    [
        .. plan.Recipe.Nodes.Select(node => node with
        {
            Slot = node.Slot is { } slot ? Variables.Expand(slot, plan.Parameters) : null,
            Setup = node.Setup is { } setup ? Variables.Expand(setup, plan.Parameters) : null,
            Settings = node.Settings.ToDictionary(setting => setting.Key, setting => Variables.Expand(setting.Value, plan.Parameters)),
        }),
    ]);

    private static string Key(LocalHost host, Installation installation, Recipe recipe)
    {
        var canonical = $"{ServerSettings.Revision}\n{installation.BinDirectory}\n{installation.Version}\n{host.User}\n{JsonSerializer.Serialize(recipe, LabJson.Default.Recipe)}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))[..16];
    }
}
