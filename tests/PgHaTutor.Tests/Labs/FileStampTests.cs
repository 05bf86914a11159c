using PgHaTutor.Labs;

namespace PgHaTutor.Tests.Labs;

/// <summary>What I do to a lab's files is seen without a command, and a log that goes on by itself is not taken for it.</summary>
public sealed class FileStampTests : IDisposable
{
    private readonly string _lab = Directory.CreateTempSubdirectory("stamp").FullName;
    private readonly string _data;

    public FileStampTests()
    {
        _data = Directory.CreateDirectory(Path.Combine(_lab, "nodes", "primary")).FullName;
        File.WriteAllText(Path.Combine(_data, "postgresql.conf"), "");
        Directory.CreateDirectory(Path.Combine(_lab, "backup"));
        Directory.CreateDirectory(Path.Combine(_lab, "log"));
    }

    public void Dispose() => Directory.Delete(_lab, recursive: true);

    [Fact]
    public void A_file_that_comes_is_seen() => Changes(() => File.WriteAllText(Path.Combine(_data, "standby.signal"), ""));

    [Fact]
    public void A_file_that_goes_is_seen() => Changes(() => File.Delete(Path.Combine(_data, "postgresql.conf")));

    [Fact]
    public void A_setting_that_is_written_is_seen() =>
        Changes(() => File.SetLastWriteTimeUtc(Path.Combine(_data, "postgresql.conf"), DateTime.UtcNow.AddSeconds(5)));

    [Fact]
    public void A_mode_that_is_changed_is_seen() => Changes(() => File.SetUnixFileMode(_data, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead));

    [Fact]
    public void A_backup_is_seen() => Changes(() => File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_lab, "backup", "monday")).FullName, "backup_label"), ""));

    [Fact]
    public void A_lab_that_is_gone_is_another_one() => Changes(() => Directory.Delete(Path.Combine(_lab, "nodes"), recursive: true));

    [Fact]
    public void The_servers_log_is_not()
    {
        var before = FileStamp.Of(_lab);
        File.WriteAllText(Path.Combine(_lab, "log", "primary.log"), "FATAL: no pg_hba.conf entry");
        Assert.Equal(before, FileStamp.Of(_lab));
    }

    private void Changes(Action change)
    {
        var before = FileStamp.Of(_lab);
        Assert.Equal(before, FileStamp.Of(_lab));
        change();
        Assert.NotEqual(before, FileStamp.Of(_lab));
    }
}
