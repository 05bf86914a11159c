using PgHaTutor.Lessons;

namespace PgHaTutor.Ui;

/// <summary>What was entered at the prompt, oldest first, kept in a file from one start to the next. On the UI thread.</summary>
internal sealed class PromptHistory
{
    private const int Kept = 1000;

    private readonly string? _file;
    private readonly List<(StepLanguage Language, string Text)> _entries = [];
    private int _at;
    private string _draft = "";

    /// <param name="file">Where it is kept; in memory only where null.</param>
    public PromptHistory(string? file)
    {
        _file = file;
        _entries.AddRange(Load());
        StopLooking();
    }

    /// <summary>Keeps an entry; passwords in it are not written to the file.</summary>
    public void Add(StepLanguage language, string text)
    {
        if (text.Trim().Length > 0 && (_entries.Count == 0 || _entries[^1] != (language, text)))
        {
            _entries.Add((language, text));
            Append(language, text);
        }
        StopLooking();
    }

    /// <summary>The next older entry that begins as the draft does; null where there is none. The draft is what was typed before looking.</summary>
    public string? Older(StepLanguage language, string typed)
    {
        if (_at == _entries.Count)
            _draft = typed;
        return Look(language, -1);
    }

    /// <summary>The next newer one, at last the draft itself; null where nothing was looked up.</summary>
    public string? Newer(StepLanguage language)
    {
        if (_at == _entries.Count)
            return null;
        if (Look(language, 1) is { } newer)
            return newer;
        _at = _entries.Count;
        return _draft;
    }

    /// <summary>The next look begins at the newest entry again.</summary>
    public void StopLooking() => (_at, _draft) = (_entries.Count, "");

    private string? Look(StepLanguage language, int direction)
    {
        var shown = _at < _entries.Count ? _entries[_at].Text : null;
        for (var at = _at + direction; at >= 0 && at < _entries.Count; at += direction)
        {
            var (entered, text) = _entries[at];
            if (entered != language || text == shown || !text.StartsWith(_draft, StringComparison.Ordinal))
                continue;
            _at = at;
            return text;
        }
        return null;
    }

    private IEnumerable<(StepLanguage, string)> Load()
    {
        try
        {
            if (_file is null || !File.Exists(_file))
                return [];
            var lines = File.ReadAllLines(_file);
            if (lines.Length > 2 * Kept)
                File.WriteAllLines(_file, lines[^Kept..]);
            return lines.TakeLast(Kept).Select(Parse).OfType<(StepLanguage, string)>().ToList();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // A prompt without a past is worth more than no prompt.
            return [];
        }
    }

    private static (StepLanguage, string)? Parse(string line) => line switch
    {
        ['s', 'h', ' ', .. var text] => (StepLanguage.Sh, text),
        ['s', 'q', 'l', ' ', .. var text] => (StepLanguage.Sql, text),
        _ => null,
    };

    private void Append(StepLanguage language, string text)
    {
        if (_file is null)
            return;
        try
        {
            var isNew = !File.Exists(_file);
            File.AppendAllText(_file, $"{(language is StepLanguage.Sql ? "sql" : "sh")} {Secrets.Hide(text).ReplaceLineEndings(" ")}\n");
            if (isNew && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            // A full disk must not cost the command that was just entered; it stays in memory.
        }
    }
}
