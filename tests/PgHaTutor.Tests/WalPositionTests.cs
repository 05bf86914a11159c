using PgHaTutor.Checks;
using PgHaTutor.Labs;

namespace PgHaTutor.Tests;

public class WalPositionTests
{
    [Theory]
    [InlineData("0/3000148", "0/3000148", "0/3000148", true)] // All is on disk.
    [InlineData("0/3000148", "0/3000200", "0/3000148", true)] // More was written between the two readings.
    [InlineData("0/3002018", "0/3002000", "0/3002000", true)] // The last record ends a page, and the next begins behind its header.
    [InlineData("0/3100028", "0/3100000", "0/3100000", true)] // The same at a segment, whose header is longer.
    [InlineData("0/3002148", "0/3002000", "0/3002000", false)] // The page ends inside of a record.
    [InlineData("0/3000160", "0/3000148", "0/3000148", false)] // A small record waits for the WAL writer.
    public void A_position_inside_of_a_record_is_not_one_that_a_standby_can_reach(string inserted, string flushed, string end, bool isWhole)
    {
        var position = WalPosition.Of("1", false, Lsn.TryParse(inserted)!.Value, Lsn.TryParse(flushed)!.Value);

        Assert.Equal((end, isWhole), (position.Lsn.ToString(), position.IsWhole));
    }
}
