// Who lands the real type deletes its placeholder here.
using PgHaTutor.Lessons;

namespace PgHaTutor.Hosts
{
    public sealed class LocalHost : Host
    {
        public override string Name => "local";
        public override string Address => "127.0.0.1";
        public override string User => Environment.UserName;
        public override Task<CommandOutput> RunAsync(Script script, IProgress<OutputLine>? progress = null, CancellationToken cancellationToken = default) =>
            throw new NotImplementedException();
    }
}

namespace PgHaTutor.Lessons
{
    public static class ParameterValues
    {
        public static IReadOnlyDictionary<string, string> For(Lesson lesson, string seed) => throw new NotImplementedException();
    }
}
