using System.Text;

namespace PgHaTutor.Hosts;

/// <summary>A pair of ssh keys (ed25519) in two files, as ssh-keygen(1) makes them.</summary>
/// <param name="File">The private key, readable by its owner alone. The public one lies beside it, with <c>.pub</c>.</param>
/// <param name="Public">The public key: its kind and its body, without a comment.</param>
public sealed record SshKey(string File, string Public)
{
    /// <summary>The key in that file; made where it is not there.</summary>
    /// <exception cref="HostException">There is no ssh-keygen here, or it failed.</exception>
    public static async Task<SshKey> MakeAsync(string file, string comment, CancellationToken cancellationToken = default)
    {
        var open = $"{file}.pub";
        if (!System.IO.File.Exists(file))
        {
            // A making that was killed leaves no half of a pair under the final name: the private key, which is looked for, comes last.
            var made = $"{file}.new";
            System.IO.File.Delete(made);
            System.IO.File.Delete($"{made}.pub");
            await KeygenAsync(["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", made], cancellationToken);
            System.IO.File.Move($"{made}.pub", open, overwrite: true);
            System.IO.File.Move(made, file);
        }
        var words = (await System.IO.File.ReadAllTextAsync(open, cancellationToken)).Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words.Length >= 2
            ? new SshKey(file, $"{words[0]} {words[1]}")
            : throw new HostException($"{open} holds no public key. Remove it and {file}, then try again.");
    }

    private static async Task KeygenAsync(IEnumerable<string> words, CancellationToken cancellationToken)
    {
        await using var keygen = await PipedProcess.StartAsync("ssh-keygen", words);
        using var giveUp = cancellationToken.Register(keygen.Abandon);
        var said = new StreamReader(keygen.Output, Encoding.UTF8).ReadToEndAsync(CancellationToken.None);
        var errors = await new StreamReader(keygen.Errors, Encoding.UTF8).ReadToEndAsync(CancellationToken.None);
        await said;
        cancellationToken.ThrowIfCancellationRequested();
        if (await keygen.Ended != 0)
            throw new HostException($"ssh-keygen could not make a key: {errors.Trim()}. Look whether the folder can be written.");
    }
}
