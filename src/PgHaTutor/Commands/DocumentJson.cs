using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PgHaTutor.Commands;

/// <summary>How <c>--json</c> writes: names in snake_case that only ever grow.</summary>
[JsonSerializable(typeof(ListDocument))]
[JsonSerializable(typeof(DoctorDocument))]
[JsonSerializable(typeof(UpDocument))]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(SqlDocument))]
[JsonSerializable(typeof(CheckDocument))]
[JsonSerializable(typeof(VerifyDocument))]
[JsonSerializable(typeof(LintDocument))]
[JsonSerializable(typeof(Ec2Document))]
[JsonSerializable(typeof(Ec2DownDocument))]
internal sealed partial class DocumentJson : JsonSerializerContext
{
    public static DocumentJson Indented { get; } = new(Writing(indented: true));

    /// <summary>For documents that follow one another: each on its own line.</summary>
    public static DocumentJson OnOneLine { get; } = new(Writing(indented: false));

    private static JsonSerializerOptions Writing(bool indented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = indented,
    };
}
