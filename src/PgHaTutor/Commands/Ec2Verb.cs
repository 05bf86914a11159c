using System.CommandLine;

namespace PgHaTutor.Commands;

/// <summary><c>tutor ec2</c>: hosts on EC2 for labs. Its own verbs do the work.</summary>
internal sealed class Ec2Verb : Command
{
    public Ec2Verb(Desk desk) : base("ec2", "EC2 hosts for labs: makes, shows and removes them")
    {
        Add(new Ec2UpVerb(desk));
        Add(new Ec2StatusVerb(desk));
        Add(new Ec2DownVerb(desk));
    }

    public static Option<string?> RegionOption() => new("--region")
    {
        Description = "the AWS region (default: what the AWS configuration says)",
        HelpName = "R",
    };
}
