using System.CommandLine;
using System.CommandLine.Parsing;
using PgHaTutor.Ec2;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;
using PgHaTutor.Sessions;

namespace PgHaTutor.Commands;

/// <summary>The verbs, and what every one of them has in common: how words are refused and how failures end.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(IReadOnlyList<string> words)
    {
        LocalHost.ForgetOtherClusters();
        await using var errors = new StandardStream(StandardStream.Errors, _ => { });
        var said = Streams.Writer(errors);
        using var interrupt = new Interrupt(said);
        await using var output = new StandardStream(StandardStream.Output, interrupt.GiveUp);
        var streams = Streams.OfProcess(output, said) with { Raw = new RawOutput(output, errors) };
        var exitCode = await RunAsync(words, streams, interrupt);
        return output switch
        {
            { Lost: null } => exitCode,
            { Why: { } why } => Say(streams, why, output.Lost.Value),
            _ => output.Lost.Value,
        };
    }

    internal static async Task<int> RunAsync(IReadOnlyList<string> words, Streams streams, Interrupt interrupt)
    {
        try
        {
            var parsed = Parse(words, new Desk(streams, interrupt));
            if (Refusal(parsed) is { } refusal)
                throw new UsageException(refusal);
            if (!parsed.CommandResult.Command.Parents.OfType<Ec2Verb>().Any())
                foreach (var line in Ec2Reminder.Lines())
                    await streams.Error.WriteLineAsync(line);
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = streams.Out,
                    Error = streams.Error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                },
                interrupt.Token);
        }
        catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
        {
            return interrupt.ExitCode;
        }
        catch (UsageException wrong)
        {
            return Say(streams, wrong.Message, ExitCode.WrongUsage);
        }
        catch (Ec2Exception wrong) when (wrong.Choice is { } choice)
        {
            return Say(streams, wrong.Message + Named.Nearest(choice.Wanted, choice.Known), ExitCode.WrongUsage);
        }
        catch (SessionException wrong)
        {
            return Say(streams, wrong.Message, wrong.IsUsage ? ExitCode.WrongUsage : ExitCode.NotUsable);
        }
        catch (Exception unusable) when (unusable is LabException or HostException or Ec2Exception or IOException or UnauthorizedAccessException)
        {
            return Say(streams, unusable.Message, ExitCode.NotUsable);
        }
        catch (Exception ours)
        {
            return Say(streams, $"tutor met a fault of its own; please report it with these lines.\n{ours}", ExitCode.NotUsable);
        }
    }

    // A word that begins with '@' is SQL or a node to us, not a file with further words.
    internal static ParseResult Parse(IReadOnlyList<string> words, Desk desk) =>
        Verbs(desk).Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });

    internal static RootCommand Verbs(Desk desk)
    {
        var root = new TutorCommand(desk)
        {
            new PlainVerb(desk),
            new ListVerb(desk),
            new DoctorVerb(desk),
            new UpVerb(desk),
            new StatusVerb(desk),
            new ExecVerb(desk),
            new SqlVerb(desk),
            new ShellVerb(desk),
            new CheckVerb(desk),
            new StepVerb(desk),
            new SolveVerb(desk),
            new BreakVerb(desk),
            new UndoVerb(desk),
            new ResetVerb(desk),
            new DownVerb(desk),
            new LintVerb(desk),
            new VerifyVerb(desk),
            new Ec2Verb(desk),
        };
        root.Add(desk.CourseOption);
        return root;
    }

    /// <summary>What is wrong with the words, in one line with the nearest that would be right; null where nothing is.</summary>
    internal static string? Refusal(ParseResult parsed)
    {
        var verb = parsed.CommandResult.Command;
        var name = Name(verb);
        if (parsed.UnmatchedTokens.Concat(TakenForArguments(parsed)).FirstOrDefault(word => word.StartsWith('-')) is { } option)
            return $"{name} has no option {option}.{Named.Nearest(option, OptionsOf(parsed))} See {name} --help.";
        if (parsed.Errors.Count == 0)
            return null;
        if (parsed.UnmatchedTokens is [var word, ..])
            return verb.Subcommands.Count > 0
                ? $"There is no verb '{word}'{(verb is RootCommand ? "" : $" of {name}")}.{Named.Nearest(word, verb.Subcommands.Select(one => one.Name))} See {name} --help."
                : $"'{word}' is a word too many. See {name} --help.";
        if (verb is not RootCommand && verb.Subcommands.Count > 0)
            return $"{name} wants one of its verbs: {string.Join(", ", verb.Subcommands.Select(one => one.Name))}. See {name} --help.";
        var missing = verb.Arguments.FirstOrDefault(argument => parsed.GetResult(argument) is not { Tokens.Count: > 0 } && argument.Arity.MinimumNumberOfValues > 0);
        return missing is null
            ? $"{parsed.Errors[0].Message} See {name} --help."
            : $"{name} wants {missing.Name}. See {name} --help.";
    }

    private static string Name(Command verb) => verb is RootCommand ? "tutor" : $"{Name(verb.Parents.OfType<Command>().First())} {verb.Name}";

    /// <summary>Where a verb takes a word, the library gives it a mistyped option too. Commands and SQL may begin as they like.</summary>
    private static IEnumerable<string> TakenForArguments(ParseResult parsed)
    {
        var verb = parsed.CommandResult.Command;
        return parsed.Tokens.Any(token => token.Type is TokenType.DoubleDash)
            ? []
            : verb.Arguments.Take(verb is ExecVerb or SqlVerb ? 1 : verb.Arguments.Count).SelectMany(argument => parsed.GetResult(argument)?.Tokens ?? []).Select(token => token.Value);
    }

    private static IEnumerable<string> OptionsOf(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.Concat(parsed.RootCommandResult.Command.Options.Where(option => option.Recursive)).Select(option => option.Name);

    private static int Say(Streams streams, string message, int exitCode)
    {
        streams.Error.WriteLine($"tutor: {message}");
        return exitCode;
    }
}
