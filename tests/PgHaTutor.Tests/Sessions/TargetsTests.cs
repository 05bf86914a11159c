using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.Tests.Sessions;

public sealed class TargetsTests
{
    [Fact]
    public void An_inventory_that_cannot_be_used_is_told_once()
    {
        const string Target = "ssh:/nonexistent/hosts.yaml";

        var refused = Assert.Throws<SessionException>(() => Targets.SiteOf(Target, new TutorHome("/nonexistent", "/nonexistent/labs")));

        Assert.Contains("/nonexistent/hosts.yaml:1:1:", refused.Message);
        Assert.Empty(Targets.DoubtsOf(Target, new Course([], [])));
    }
}
