namespace PgHaTutor.Ui;

/// <summary>What was entered at the prompt, kept in a file from one start to the next.</summary>
internal sealed class PromptHistory(string? file)
{
    public string? File { get; } = file;
}
