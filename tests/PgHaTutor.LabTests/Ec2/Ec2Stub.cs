using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Xml.Linq;

namespace PgHaTutor.LabTests.Ec2;

/// <summary>
/// An EC2 endpoint on loopback with the habits of the real one that matter to up and down: what is made is unknown for a
/// moment, instances take a while to run and to end, a group in use cannot go, a token leads to the same instance again.
/// </summary>
/// <remarks>The addresses that it hands out by itself (TEST-NET-1) are nobody's; with <see cref="Boot"/> they are those of test hosts.</remarks>
public sealed class Ec2Stub : IAsyncDisposable
{
    private static readonly XNamespace Ec2 = "http://ec2.amazonaws.com/doc/2016-11-15/";

    private readonly HttpListener _listener = new();
    private readonly Task _serving;
    private readonly Ec2StubAccount _account;
    private int _calls;

    public Ec2Stub()
    {
        Address = Listen(_listener);
        _account = new Ec2StubAccount();
        _serving = ServeAsync();
    }

    /// <summary>As <c>AWS_ENDPOINT_URL_EC2</c> takes it.</summary>
    public Uri Address { get; }

    /// <summary>Every call so far, in order.</summary>
    public ConcurrentQueue<Ec2StubCall> Calls { get; } = [];

    /// <summary>AWS's code for an error to answer with, in place of doing what is asked; null: do it.</summary>
    public Func<Ec2StubCall, string?> Refuse { get; set; } = _ => null;

    /// <summary>Told of each call before it is done, and after it was done but before it is answered.</summary>
    public Action<Ec2StubCall, bool> Around { get; set; } = (_, _) => { };

    /// <summary>Boots a host for an instance: the user data and the public key → its address.</summary>
    public Func<string, string, Task<string>>? Boot { get => _account.Boot; set => _account.Boot = value; }

    /// <summary>Told of each instance's address when it is terminated.</summary>
    public Func<string, Task>? Ended { get => _account.Ended; set => _account.Ended = value; }

    /// <summary>How long what was just made is unknown.</summary>
    public TimeSpan Unseen { get => _account.Unseen; set => _account.Unseen = value; }

    /// <summary>How long an instance takes to run, and to be gone.</summary>
    public TimeSpan Changing { get => _account.Changing; set => _account.Changing = value; }

    /// <summary>Everything that is there and is not gone for good, also what is not shown yet.</summary>
    public IReadOnlyList<string> Left => _account.Left;

    /// <summary>The instances that are not gone, by their Name tag.</summary>
    public IReadOnlyList<Ec2StubInstance> Instances => _account.Standing;

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private static Uri Listen(HttpListener listener)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var free = new TcpListener(IPAddress.Loopback, 0);
            free.Start();
            var port = ((IPEndPoint)free.LocalEndpoint).Port;
            free.Stop();
            listener.Prefixes.Clear();
            listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                listener.Start();
                return new Uri($"http://127.0.0.1:{port}");
            }
            catch (HttpListenerException) when (attempt < 10)
            {
                // Somebody took it meanwhile.
            }
        }
    }

    private async Task ServeAsync()
    {
        var answering = new List<Task>();
        while (true)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                answering.RemoveAll(task => task.IsCompleted);
                answering.Add(AnswerAsync(context));
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                await Task.WhenAll(answering);
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream);
        var words = (await reader.ReadToEndAsync()).Split('&').Select(word => word.Split('=', 2))
            .ToDictionary(word => WebUtility.UrlDecode(word[0]), word => WebUtility.UrlDecode(word.ElementAtOrDefault(1) ?? ""));
        var call = new Ec2StubCall(Interlocked.Increment(ref _calls), words["Action"], words);
        Calls.Enqueue(call);
        try
        {
            Around(call, false);
            if (Refuse(call) is { } code)
                throw new Ec2StubException(code);
            var answer = new XElement(Ec2 + $"{call.Action}Response", new XElement("requestId", $"req-{call.Number}"), await _account.DoAsync(call));
            foreach (var element in answer.DescendantsAndSelf())
                element.Name = Ec2 + element.Name.LocalName;
            Around(call, true);
            await SendAsync(context, 200, answer);
        }
        catch (Ec2StubException refused)
        {
            await SendAsync(context, refused.Code == "RequestLimitExceeded" ? 503 : 400, new XElement(
                "Response",
                new XElement("Errors", new XElement("Error", new XElement("Code", refused.Code), new XElement("Message", refused.Message))),
                new XElement("RequestID", $"req-{call.Number}")));
        }
    }

    private static async Task SendAsync(HttpListenerContext context, int status, XElement answer)
    {
        try
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "text/xml";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer.ToString()));
            context.Response.Close();
        }
        catch (Exception gone) when (gone is HttpListenerException or InvalidOperationException or IOException)
        {
            // The caller was killed meanwhile, which is what some tests are about.
        }
    }
}
