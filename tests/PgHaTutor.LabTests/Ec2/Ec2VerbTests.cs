using System.Diagnostics;
using System.Globalization;

namespace PgHaTutor.LabTests.Ec2;

/// <summary>up, status and down against the project's own endpoint.</summary>
public sealed class Ec2VerbTests : IAsyncLifetime
{
    private static readonly string[] Up = ["up", "--yes", "--no-wait", "--from", "192.0.2.77"];

    private readonly Ec2Stub _stub = new() { Unseen = TimeSpan.FromMilliseconds(150), Changing = TimeSpan.FromMilliseconds(300) };
    private readonly Ec2Home _home;

    public Ec2VerbTests() => _home = new Ec2Home(_stub.Address);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _home.Dispose();
        await _stub.DisposeAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task I_can_make_a_pair_look_at_it_and_remove_it()
    {
        var up = await _home.RunAsync([.. Up, "--zones", "2", "--pg", "17", "--hours", "3", "--json"]);

        Assert.True(up.ExitCode == 0, up.ToString());
        Assert.Equal(["us-east-1a", "us-east-1b"], _stub.Instances.Select(instance => instance.Zone));
        var pair = up.Json.GetProperty("learners")[0];
        Assert.Equal($"ssh:{Assert.Single(_home.Files("inventory.yaml"))}", pair.GetProperty("target").GetString());
        Assert.Equal(0.033m, Math.Round(up.Json.GetProperty("usd_per_hour").GetDecimal(), 3));
        Assert.Contains("about $0.033 an hour, $0.099 in all", up.Error);

        var status = await _home.RunAsync("status", "--json");
        Assert.True(status.Json.GetProperty("complete").GetBoolean(), status.ToString());
        Assert.Equal(["running", "running"], status.Json.GetProperty("learners")[0].GetProperty("hosts").EnumerateArray().Select(host => host.GetProperty("state").GetString()));

        var down = await _home.RunAsync("down");
        Assert.True(down.ExitCode == 0, down.ToString());
        Assert.Empty(_stub.Left);
        Assert.Empty(_home.Files("*ed25519*"));
        Assert.Contains("No EC2 hosts", (await _home.RunAsync("status")).Output);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_launched_ends_itself_and_is_known_before_it_is_reached()
    {
        await _home.RunAsync([.. Up, "--pg", "17", "--hours", "3"]);

        var launch = _stub.Instances[0].Launch;
        Assert.Equal(("terminate", "standard", "required"), (launch["InstanceInitiatedShutdownBehavior"], launch["CreditSpecification.CpuCredits"], launch["MetadataOptions.HttpTokens"]));
        Assert.Equal("ami-new", launch["ImageId"]);
        Assert.Equal("true", launch["BlockDeviceMapping.1.Ebs.DeleteOnTermination"]);
        foreach (var kind in new[] { "instance", "volume", "network-interface" })
            Assert.Superset(new HashSet<string> { "pghatutor:home", "pghatutor:set", "pghatutor:learner", "pghatutor:expires" }, launch.TagsFor(kind).Keys.ToHashSet());
        var expires = DateTimeOffset.Parse(launch.TagsFor("instance")["pghatutor:expires"], CultureInfo.InvariantCulture);
        Assert.InRange((expires - DateTimeOffset.UtcNow).TotalHours, 2.9, 3.0);

        var rules = _stub.Calls.Where(call => call.Action == "AuthorizeSecurityGroupIngress").ToList();
        Assert.Equal(["192.0.2.77/32"], rules.Select(rule => rule["IpPermissions.1.IpRanges.1.CidrIp"]).Where(network => network.Length > 0));
        Assert.All(rules, rule => Assert.Equal("", rule["IpPermissions.2.IpProtocol"]));

        var known = File.ReadAllLines(Assert.Single(_home.Files("known_hosts")));
        foreach (var instance in _stub.Instances)
        {
            var line = Assert.Single(known, line => line.StartsWith(instance.Address + " ", StringComparison.Ordinal));
            Assert.Contains($"ed25519_public: \"{line.Split(' ', 2)[1]}\"", instance.UserData);
            Assert.Contains($"OnCalendar={expires.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC", instance.UserData);
            Assert.Contains("major='17'", instance.UserData);
        }
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Assert.Single(_home.Files("id_ed25519"))));
    }

    [Fact(Timeout = 120_000)]
    public async Task The_same_up_again_changes_nothing_and_lets_my_present_address_in()
    {
        await _home.RunAsync(Up);
        var (left, known) = (_stub.Left, File.ReadAllText(Assert.Single(_home.Files("known_hosts"))));

        var again = await _home.RunAsync("up", "--yes", "--no-wait", "--from", "198.51.100.0/24");

        Assert.True(again.ExitCode == 0, again.ToString());
        Assert.Equal(left, _stub.Left);
        Assert.Equal(known, File.ReadAllText(_home.Files("known_hosts")[0]));
        Assert.Contains(_stub.Calls, call => call.Action == "RevokeSecurityGroupIngress" && call["IpPermissions.1.IpRanges.1.CidrIp"] == "192.0.2.77/32");
        var other = await _home.RunAsync("up", "--yes", "--type", "t4g.small", "--from", "192.0.2.77");
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("--type t3.micro", other.Error);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_class_gets_a_pair_each_and_one_price_for_all()
    {
        var up = await _home.RunAsync([.. Up, "--learners", "3"]);

        Assert.True(up.ExitCode == 0, up.ToString());
        Assert.Contains("6 instances (t3.micro) in us-east-1, a pair for each of 3 learners", up.Error);
        Assert.Equal(6, _stub.Instances.Count);
        Assert.Equal(3, _stub.Instances.Select(instance => instance.Group).Distinct().Count());
        Assert.Equal(3, _home.Files("inventory.yaml").Count);
        Assert.Equal(3, _home.Files("id_ed25519.pub").Select(File.ReadAllText).Distinct().Count());
        Assert.Equal(0, (await _home.RunAsync("down")).ExitCode);
        Assert.Empty(_stub.Left);
    }

    [Fact(Timeout = 120_000)]
    public async Task Down_works_from_tags_alone()
    {
        await _home.RunAsync(Up);
        Directory.Delete(Path.Combine(_home.Folder, "ec2"), recursive: true);

        var down = await _home.RunAsync("down", "--json");

        Assert.True(down.ExitCode == 0, down.ToString());
        Assert.Empty(_stub.Left);
        Assert.Equal(0, down.Json.GetProperty("survivors").GetArrayLength());
    }

    [Fact(Timeout = 120_000)]
    public async Task The_next_up_after_the_end_begins_anew_and_leaves_nothing_of_the_last()
    {
        await _home.RunAsync(Up);
        var (file, ended) = (_home.Files("set.json")[0], _stub.Instances.Select(instance => instance.Id).ToList());
        File.WriteAllText(file, System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(file), "(\"(begun|expires)\": \"20)\\d\\d", "${1}20"));
        Assert.Contains("ended themselves", (await _home.ProgramAsync("list")).Error);

        var up = await _home.RunAsync(Up);

        Assert.True(up.ExitCode == 0, up.ToString());
        Assert.Empty(ended.Intersect(_stub.Instances.Select(instance => instance.Id)));
        Assert.Equal(4, _stub.Left.Count);
        Assert.DoesNotContain(file, _home.Files("set.json"));
    }

    [Fact(Timeout = 120_000)]
    public async Task Ctrl_C_leaves_what_was_made_and_says_so()
    {
        _stub.Changing = TimeSpan.FromMinutes(10);
        using var up = _home.Start(Up);
        await CommandsHome.Eventually(() => _stub.Instances.Count == 2, "both instances are launched");

        CommandsHome.Interrupt(up);

        var stopped = await CommandsHome.EndAsync(up);
        Assert.Equal(130, stopped.ExitCode);
        Assert.Contains("“tutor ec2 up” goes on, “tutor ec2 down” removes it", stopped.Error);
        Assert.Contains("Not all of it was made", (await _home.RunAsync("status")).Output);
        _stub.Changing = TimeSpan.Zero;
    }

    [Fact(Timeout = 120_000)]
    public async Task What_survives_down_is_listed()
    {
        await _home.RunAsync(Up);
        _stub.Refuse = call => call.Action == "DeleteSecurityGroup" ? "UnauthorizedOperation" : null;

        var down = await _home.RunAsync("down");

        Assert.Equal(4, down.ExitCode);
        Assert.Contains("Still there: security group pghatutor-", down.Error);
        Assert.Contains("may not do that", down.Error);
        _stub.Refuse = _ => null;
        Assert.Equal(0, (await _home.RunAsync("down")).ExitCode);
        Assert.Empty(_stub.Left);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("OperationNotPermitted", "it is protected against that")]
    [InlineData("ExpiredToken", "the session has expired")]
    public async Task An_instance_that_may_not_be_ended_holds_up_no_other_and_is_told_at_once(string code, string expected)
    {
        await _home.RunAsync(Up);
        var kept = _stub.Instances[0].Id;
        _stub.Refuse = call => call.Action == "TerminateInstances" && call.Words.Values.Contains(kept) ? code : null;

        var began = Stopwatch.GetTimestamp();
        var down = await _home.RunAsync("down");

        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(60), "It waited for what does not come.");
        Assert.Equal(4, down.ExitCode);
        Assert.Contains(expected, down.Error);
        Assert.Contains(kept, down.Error);
        Assert.Equal(kept, Assert.Single(_stub.Instances).Id);
        Assert.DoesNotMatch("Still there: instance (?!.*" + kept + ")", down.Error);
        _stub.Refuse = _ => null;
        Assert.Equal(0, (await _home.RunAsync("down")).ExitCode);
        Assert.Empty(_stub.Left);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("DescribeInstanceTypes", "ExpiredToken", "the session has expired")]
    [InlineData("DescribeInstanceTypes", "AuthFailure", "does not accept the credentials")]
    [InlineData("DescribeImages", "UnauthorizedOperation", "SETUP.md")]
    [InlineData("RunInstances", "VcpuLimitExceeded", "higher quota")]
    [InlineData("RunInstances", "InsufficientInstanceCapacity", "another --type")]
    [InlineData("RunInstances", "RequestLimitExceeded", "refuses to be asked so often")]
    public async Task What_AWS_refuses_is_told_with_what_to_do_and_up_goes_on_afterwards(string action, string code, string expected)
    {
        _stub.Refuse = call => call.Action == action ? code : null;

        var refused = await _home.RunAsync(Up);

        Assert.Equal(4, refused.ExitCode);
        Assert.Contains(expected, refused.Error);
        Assert.DoesNotContain("fault of its own", refused.Error);
        _stub.Refuse = _ => null;
        Assert.Equal(0, (await _home.RunAsync(Up)).ExitCode);
        Assert.Equal(2, _stub.Instances.Count);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("--type", "t3.mirco", "no instances of the type t3.mirco", "Did you mean t3.micro?")]
    [InlineData("--ubuntu", "26.04", "no image of Ubuntu 26.04", "Did you mean 24.04?")]
    [InlineData("--ubuntu", "24.10", "a release with long-term support", "not '24.10'")]
    [InlineData("--pg", "12", "--pg wants a number from 13", "12")]
    public async Task A_wish_that_cannot_be_had_is_wrong_usage_and_the_nearest_is_named(string option, string value, params string[] expected)
    {
        var refused = await _home.RunAsync([.. Up, option, value]);

        Assert.True(refused.ExitCode == 2, refused.ToString());
        Assert.All(expected, words => Assert.Contains(words, refused.Error));
        Assert.Empty(_stub.Left);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_region_that_does_not_exist_is_wrong_usage_and_the_nearest_is_named()
    {
        _home.Environment["AWS_ENDPOINT_URL_EC2"] = "http://127.0.0.1:1";
        var refused = await _home.RunAsync([.. Up, "--region", "eu-centrl-1"]);

        Assert.True(refused.ExitCode == 2, refused.ToString());
        Assert.Contains("Did you mean eu-central-1?", refused.Error);
        Assert.Equal(4, (await _home.RunAsync([.. Up, "--region", "eu-central-1"])).ExitCode);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_zone_without_room_is_left_for_another_and_a_busy_API_is_waited_for()
    {
        var busy = 3;
        _stub.Refuse = call => call.Action != "RunInstances" ? null
            : call["NetworkInterface.1.SubnetId"] == "subnet-a" ? "InsufficientInstanceCapacity"
            : Interlocked.Decrement(ref busy) >= 0 ? "RequestLimitExceeded" : null;

        var up = await _home.RunAsync(Up);

        Assert.True(up.ExitCode == 0, up.ToString());
        Assert.All(_stub.Instances, instance => Assert.Equal("us-east-1b", instance.Zone));
    }

    [Fact(Timeout = 120_000)]
    public async Task Without_credentials_or_an_answer_I_am_told_what_to_do()
    {
        _home.Environment["AWS_ACCESS_KEY_ID"] = null;
        var nobody = await _home.RunAsync(Up);
        Assert.Equal(4, nobody.ExitCode);
        Assert.Contains("aws configure", nobody.Error);
        Assert.Contains("credentials", nobody.Error);

        var config = Path.Combine(_home.Folder, "aws-config");
        File.WriteAllText(config, """
            [profile role]
            role_arn = arn:aws:iam::123456789012:role/nobody
            source_profile = own
            [profile own]
            aws_access_key_id = AKIDEXAMPLE
            aws_secret_access_key = secret

            """);
        (_home.Environment["AWS_CONFIG_FILE"], _home.Environment["AWS_PROFILE"]) = (config, "role");
        var role = await _home.RunAsync(Up);
        Assert.Equal(4, role.ExitCode);
        Assert.Contains("aws configure export-credentials", role.Error);
        Assert.Contains("AWS_PROFILE is role", role.Error);
        (_home.Environment["AWS_CONFIG_FILE"], _home.Environment["AWS_PROFILE"]) = (null, null);

        _home.Environment["AWS_REGION"] = null;
        var nowhere = await _home.RunAsync(Up);
        Assert.Equal(4, nowhere.ExitCode);
        Assert.Contains("No AWS region is known", nowhere.Error);

        _home.Environment.Clear();
        var unasked = await _home.RunAsync("up", "--from", "192.0.2.77");
        Assert.Equal(2, unasked.ExitCode);
        Assert.Contains("--yes", unasked.Error);
        Assert.Empty(_stub.Calls);
    }
}
