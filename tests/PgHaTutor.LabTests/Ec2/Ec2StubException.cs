namespace PgHaTutor.LabTests.Ec2;

/// <summary>What the stub answers as an error, with AWS's code.</summary>
public sealed class Ec2StubException(string code) : Exception($"said the stub of {code}.")
{
    public string Code => code;
}
