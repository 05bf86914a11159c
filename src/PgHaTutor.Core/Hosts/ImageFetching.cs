using System.Collections.Concurrent;
using Docker.DotNet.Models;

namespace PgHaTutor.Hosts;

/// <summary>Adds up what a Docker engine says of the layers that it fetches.</summary>
/// <param name="progress">Told in words, whenever a megabyte has come.</param>
internal sealed class ImageFetching(string image, IProgress<string>? progress) : IProgress<JSONMessage>
{
    private readonly ConcurrentDictionary<string, (long Come, long Whole)> _layers = new();
    private long _told = -1;

    /// <summary>What went wrong on the way, where something did.</summary>
    public string? Problem { get; private set; }

    public void Report(JSONMessage message)
    {
        if (message.Error?.Message is { } problem)
            Problem = problem;
        if (message is not { Status: "Downloading", ID: { } layer, Progress: { Current: { } come, Total: > 0 and { } whole } })
            return;
        _layers[layer] = (come, whole);
        var megabytes = _layers.Values.Sum(one => one.Come) / 1_000_000;
        if (Interlocked.Exchange(ref _told, megabytes) != megabytes)
            progress?.Report($"Fetching {image}: {megabytes} of {_layers.Values.Sum(one => one.Whole) / 1_000_000} MB");
    }
}
