namespace PgHaTutor.Ui;

/// <summary>One look of the screen: what each kind of text and each state is drawn with.</summary>
internal sealed record Look(string Name)
{
    /// <summary>Ordinary text, and what everything else stands on.</summary>
    public required Attribute Page { get; init; }

    /// <summary>The row or button that Enter acts on.</summary>
    public required Attribute Focus { get; init; }

    /// <summary>What cannot be used now.</summary>
    public required Attribute Disabled { get; init; }

    /// <summary>Where text is typed.</summary>
    public required Attribute Editable { get; init; }

    /// <summary>The letter that chooses a button, a tab or a menu.</summary>
    public required TextStyle HotKey { get; init; }
    public required Attribute Dialog { get; init; }
    public required Attribute Menu { get; init; }
    public required Attribute Error { get; init; }
    public required Attribute Accent { get; init; }
    public required Attribute Passed { get; init; }
    public required Attribute Failed { get; init; }
    public required Attribute Blocked { get; init; }
    public required Attribute CannotTell { get; init; }
    public required Attribute Callout { get; init; }
    public required Attribute Code { get; init; }
    public required Attribute Comment { get; init; }
    public required Attribute Keyword { get; init; }
    public required Attribute Literal { get; init; }
    public required Attribute Number { get; init; }
    public required Attribute Variable { get; init; }

    /// <summary>The schemes that views name, by name.</summary>
    public IEnumerable<(string Name, Scheme Scheme)> Schemes =>
    [
        ("Base", SchemeOn(Page)),
        ("Dialog", SchemeOn(Dialog)),
        ("Menu", SchemeOn(Menu)),
        ("Error", SchemeOn(Error)),
        ("Accent", SchemeOn(Accent)),
        ("Passed", SchemeOn(Passed)),
        ("Failed", SchemeOn(Failed)),
        ("Blocked", SchemeOn(Blocked)),
        ("CannotTell", SchemeOn(CannotTell)),
        ("Callout", SchemeOn(Callout)),
        ("Code", SchemeOn(Code)),
    ];

    private Scheme SchemeOn(Attribute normal) => new(normal)
    {
        HotNormal = normal with { Style = normal.Style | HotKey },
        Focus = Focus,
        HotFocus = Focus with { Style = Focus.Style | HotKey },
        Active = Focus,
        HotActive = Focus with { Style = Focus.Style | HotKey },
        Highlight = Focus,
        Editable = Editable,
        ReadOnly = normal,
        Disabled = Disabled,
        Code = Code,
        CodeComment = Comment,
        CodeKeyword = Keyword,
        CodeString = Literal,
        CodeNumber = Number,
        CodeOperator = Code,
        CodeType = Keyword,
        CodePreprocessor = Keyword,
        CodeIdentifier = Variable,
        CodeConstant = Number,
        CodePunctuation = Code,
        CodeFunctionName = Code,
        CodeAttribute = Variable,
    };
}
