namespace PgHaTutor.LabTests;

/// <summary>Screens share the library's process-wide looks and keys, so their tests run one after the other.</summary>
[CollectionDefinition("Screens")]
public sealed class ScreenCollection;
