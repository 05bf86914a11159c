using PgHaTutor.Sessions;

namespace PgHaTutor.Tests.Sessions;

public sealed class TutorHomeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pghatutor-home-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("mine", "PGHATUTOR_HOME=mine", "XDG_DATA_HOME=data", "HOME=user")]
    [InlineData("data/pghatutor", "PGHATUTOR_HOME=", "XDG_DATA_HOME=data", "HOME=user")]
    [InlineData("user/.local/share/pghatutor", "HOME=user")]
    [InlineData("account/.local/share/pghatutor")]
    public void The_home_is_the_first_that_the_environment_names(string expected, params string[] environment)
    {
        _folder.CreateSubdirectory("account");

        var home = TutorHome.From(Variables(environment), Below("account"), root: false);

        Assert.Equal(Below(expected), home.Directory);
        Assert.Equal(Below(expected) + "/labs", home.LabsDirectory);
        Assert.True(Directory.Exists(home.Directory));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(home.Directory).UnixFileMode);
    }

    [Fact]
    public void A_relative_XDG_folder_is_ignored_as_its_specification_says() =>
        Assert.Equal(
            Below("user/.local/share/pghatutor"),
            TutorHome.From(name => name switch { "XDG_DATA_HOME" => "relative", "HOME" => Below("user"), _ => null }, "", root: false).Directory);

    [Fact]
    public void Without_any_home_I_get_a_folder_of_my_own_in_tmp()
    {
        var home = TutorHome.From(_ => null, "/nonexistent", root: false);

        Assert.Matches("^/tmp/pghatutor-[0-9]+$", home.Directory);
        if (!Directory.EnumerateFileSystemEntries(home.Directory).Any()) Directory.Delete(home.Directory);
    }

    [Fact]
    public void As_root_with_a_home_that_only_root_can_enter_the_labs_stand_where_the_servers_can()
    {
        var closed = TutorHome.From(Variables(["PGHATUTOR_HOME=mine"]), "", root: true);
        _folder.UnixFileMode |= UnixFileMode.OtherExecute;
        var open = TutorHome.From(Variables(["PGHATUTOR_HOME=mine"]), "", root: true);

        Assert.Matches("^/var/lib/pghatutor/[0-9a-f]{8}$", closed.LabsDirectory);
        Assert.Equal(Below("mine/labs"), open.LabsDirectory);
    }

    [Fact]
    public void A_home_that_cannot_be_made_is_named_with_what_to_set_instead()
    {
        var refused = Assert.Throws<IOException>(() => TutorHome.From(_ => "/proc/none", "", root: false));

        Assert.Contains("/proc/none", refused.Message);
        Assert.Contains("PGHATUTOR_HOME", refused.Message);
    }

    [Theory]
    [InlineData("a \"b\"", "\"")]
    [InlineData("a$b", "$")]
    [InlineData("a`b", "`")]
    [InlineData("a\\b", "\\")]
    [InlineData("a\nb", "a control character")]
    public void A_home_below_which_pg_ctl_starts_no_server_is_refused_before_anything_is_built(string name, string what)
    {
        var refused = Assert.Throws<IOException>(() => TutorHome.From(_ => Below(name), "", root: false));

        Assert.Contains($"has {what} in its name", refused.Message);
        Assert.Contains("Set PGHATUTOR_HOME to another folder", refused.Message);
        Assert.Empty(_folder.EnumerateFileSystemInfos());
    }

    [Fact]
    public void A_home_with_blanks_quotes_and_letters_of_any_script_is_as_good_as_another() =>
        Assert.True(Directory.Exists(TutorHome.From(_ => Below("Ada's Übung 日本"), "", root: false).Directory));

    private string Below(string path) => Path.Combine(_folder.FullName, path);

    private Func<string, string?> Variables(string[] environment) => name => environment
        .Select(pair => pair.Split('='))
        .Where(pair => pair[0] == name)
        .Select(pair => pair[1].Length == 0 ? "" : Below(pair[1]))
        .FirstOrDefault();
}
