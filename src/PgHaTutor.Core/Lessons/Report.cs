namespace PgHaTutor.Lessons;

/// <summary>Collects what is wrong in one file while it is read.</summary>
internal sealed class Report(string file)
{
    private readonly List<Problem> _problems = [];

    public string File => file;

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<Problem> Problems => [.. _problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column)];

    /// <summary>Whether something was found without which the lesson cannot be played as it is meant.</summary>
    public bool Broken { get; private set; }

    /// <summary>Something that makes the lesson unusable.</summary>
    public void Break(Position at, string what, string mend)
    {
        Broken = true;
        Blemish(at, what, mend);
    }

    /// <summary>Something that is to be mended, while the lesson can be played all the same.</summary>
    public void Blemish(Position at, string what, string mend)
    {
        var problem = new Problem(file, at.Line, at.Column, what, mend);
        // A value that is looked at twice is still wrong only once.
        if (!_problems.Contains(problem))
            _problems.Add(problem);
    }
}
