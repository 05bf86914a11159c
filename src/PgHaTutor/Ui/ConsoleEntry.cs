using PgHaTutor.Lessons;

namespace PgHaTutor.Ui;

/// <summary>What the learner entered at the prompt, and where it is to run.</summary>
internal sealed record ConsoleEntry(string Node, string Text, StepLanguage Language);
