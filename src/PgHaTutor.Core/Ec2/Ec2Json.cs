using System.Text.Json.Serialization;

namespace PgHaTutor.Ec2;

/// <summary>How sets and prices are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(Ec2Set))]
[JsonSerializable(typeof(Ec2PriceList))]
internal sealed partial class Ec2Json : JsonSerializerContext;
