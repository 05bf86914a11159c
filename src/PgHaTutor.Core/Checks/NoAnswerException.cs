namespace PgHaTutor.Checks;

/// <summary>A node could not be asked, or its answer says nothing about its state: the check cannot tell.</summary>
internal sealed class NoAnswerException(string message, string query = "", Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What was asked.</summary>
    public string Query => query;
}
