using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PgHaTutor.Progress;

/// <summary>How events are written: names in snake_case, text as readable as JSON allows.</summary>
[JsonSerializable(typeof(JournalEvent))]
internal sealed partial class JournalJson : JsonSerializerContext
{
    public static JournalJson Lines { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        AllowOutOfOrderMetadataProperties = true,

        // A line that lacks something is unreadable; it must not become an event with holes.
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    });
}
