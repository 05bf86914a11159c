namespace PgHaTutor.LabTests.Hosts;

/// <summary>The EC2 endpoint does what the tests on it take for granted.</summary>
[Trait("Needs", "hosts")]
public sealed class MotoServerTests
{
    [Fact(Timeout = 180_000)]
    public async Task It_answers_as_EC2_does_and_is_gone_when_disposed()
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        Uri address;
        await using (var moto = await MotoServer.StartAsync())
        {
            address = moto.Address;
            Assert.True(address.IsLoopback);
            var made = await AskAsync(client, address, "CreateKeyPair", "mine");
            Assert.Contains("<keyFingerprint>", made, StringComparison.Ordinal);
            var again = await AskAsync(client, address, "CreateKeyPair", "mine");
            Assert.Contains("<Code>InvalidKeyPair.Duplicate</Code>", again, StringComparison.Ordinal);
        }

        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(client, address, "CreateKeyPair", "mine"));
    }

    private static async Task<string> AskAsync(HttpClient client, Uri address, string action, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["Action"] = action, ["KeyName"] = key, ["Version"] = "2016-11-15" }),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/eu-central-1/ec2/aws4_request, SignedHeaders=host, Signature=none");
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
