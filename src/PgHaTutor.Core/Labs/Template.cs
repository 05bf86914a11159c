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
/// <para>What costs is to make a cluster's thousand files, not to read them. So each is kept packed in one file, and the first lab takes the very
/// files that were made.</para>
/// <para>A standby is a copy of its primary that was cleanly shut down, which the manual calls a file system level backup: it has nothing to
/// recover and no files to sync, so it starts at once.</para>
/// </remarks>
internal sealed class Template
{
    private Template(string directory, Credentials credentials) => (Directory, Credentials) = (directory, credentials);

    public string Directory { get; }

    public Credentials Credentials { get; }

    /// <summary>The bash that puts a node's cluster into the folder nodes.</summary>
    public string Taking(Recipe recipe, NodeRecipe node)
    {
        var root = recipe.RootOf(node);
        var place = $"nodes/{node.Name}";
        var unpack = $"mkdir {place} && tar -C {place} -xpf {Bash.Quote($"{Directory}/{root.Name}.tar")}";
        var own = recipe.Nodes.Where(other => other.Of == node.Name).Select(other => other.Slot).ToHashSet();
        if (node != root)
        {
            var strange = string.Concat(own.OfType<string>().Select(slot => $" ! -name {slot}"));
            return $"{unpack} && find {place}/pg_replslot -mindepth 1 -maxdepth 1{strange} -exec rm -r {{}} + && : >{place}/standby.signal";
        }
        var made = Bash.Quote($"{Directory}/nodes/{node.Name}");
        var others = string.Concat(recipe.Nodes.Select(other => other.Slot).OfType<string>().Except(own.OfType<string>()).Select(slot => $" {place}/pg_replslot/{slot}"));
        // Renamed within the template first, because a move to another file system is no single act, and two labs may begin at once.
        return $"{{ {{ mv -T {made} {made}.$BASHPID && mv -T {made}.$BASHPID {place}; }} 2>/dev/null || {{ {unpack}; }}; }} && rm -rf{(others.Length == 0 ? " --" : others)}";
    }

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
