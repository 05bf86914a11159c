namespace PgHaTutor.Hosts;

/// <summary>What the containers and networks of one lab are called, and the labels by which they are found whatever made them.</summary>
/// <param name="Lab">The lab's id.</param>
public sealed record ContainerNames(string Lab)
{
    public const string LabLabel = "pghatutor.lab";
    public const string NodeLabel = "pghatutor.node";
    public const string HomeLabel = "pghatutor.home";

    /// <summary>Its address on the data network.</summary>
    public const string AddressLabel = "pghatutor.address";

    /// <summary>By which published ports come in: it stays when the data network is cut.</summary>
    public string ManagementNetwork => $"pghatutor-{Lab}-management";

    /// <summary>By which nodes reach each other.</summary>
    public string DataNetwork => $"pghatutor-{Lab}-data";

    public string ContainerOf(string node) => $"pghatutor-{Lab}-{node}";
}
