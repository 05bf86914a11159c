using PgHaTutor.Ec2;

namespace PgHaTutor.Tests.Ec2;

public sealed class UbuntuImageTests
{
    private static readonly DateTimeOffset November = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20260601", "24.04")]
    [InlineData("ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-arm64-server-20260601.1", "22.04")]
    [InlineData("ubuntu/images/hvm-ssd-gp3/ubuntu-plucky-25.04-amd64-server-20260601", null)]
    [InlineData("ubuntu/images/hvm-ssd-gp3/ubuntu-questing-24.10-amd64-server-20260601", null)]
    [InlineData("ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-pro-server-20260601", null)]
    [InlineData("ubuntu-minimal/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-minimal-20260601", null)]
    public void Only_server_images_with_long_term_support_count(string name, string? release) =>
        Assert.Equal(release, Image(name, "2026-06-01")?.Release);

    [Fact]
    public void The_newest_image_of_the_current_release_is_taken_and_a_wished_release_before_that()
    {
        UbuntuImage[] images =
        [
            Image("ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20260501", "2026-05-01T00:00:00.000Z")!,
            Image("ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20260601", "2026-06-01T00:00:00.000Z")!,
            Image("ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20260701", "2026-07-01T00:00:00.000Z")!,
        ];

        Assert.EndsWith("24.04-amd64-server-20260601", UbuntuImage.Choose(images, null, November)!.Name);
        Assert.EndsWith("22.04-amd64-server-20260701", UbuntuImage.Choose(images, "22.04", November)!.Name);
        Assert.Null(UbuntuImage.Choose(images, "20.04", November));
    }

    [Fact]
    public void A_release_is_the_current_one_from_its_first_point_release_on()
    {
        UbuntuImage[] images =
        [
            Image("ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20260601", "2026-06-01")!,
            Image("ubuntu/images/hvm-ssd-gp3/ubuntu-resolute-26.04-amd64-server-20260425", "2026-04-25")!,
        ];

        Assert.Equal("24.04", UbuntuImage.Choose(images, null, November.AddMonths(-6))!.Release);
        Assert.Equal("26.04", UbuntuImage.Choose(images, null, November)!.Release);
    }

    private static UbuntuImage? Image(string name, string created) => UbuntuImage.Of("ami-1", name, "/dev/sda1", created);
}
