using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using PgHaTutor.Labs;

namespace PgHaTutor.Checks;

/// <summary>
/// What looks remember from one to the next, so that what was once proved by a write is not written again while nothing changed.
/// </summary>
public sealed class Memory
{
    private static readonly ConditionalWeakTable<LabConnections, Memory> Labs = [];
    private readonly ConcurrentDictionary<string, object> _remembered = new();

    /// <summary>The memory that lasts as long as the connections to a lab: all looks through them share it.</summary>
    public static Memory Of(LabConnections connections) => Labs.GetOrCreateValue(connections);

    public T? Recall<T>(string key) where T : class => _remembered.GetValueOrDefault(key) as T;

    public void Keep<T>(string key, T value) where T : class => _remembered[key] = value;

    public void Forget(string key) => _remembered.TryRemove(key, out _);
}
