using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PgHaTutor.Lessons;

/// <summary>The learner's own values of a lesson's parameters: the same seed always gives the same ones.</summary>
public static class ParameterValues
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";
    private const string LettersAndDigits = Letters + "0123456789";

    /// <summary>Values by the names that commands see them under, for example <c>SLOT</c>.</summary>
    public static IReadOnlyDictionary<string, string> For(Lesson lesson, string seed) =>
        lesson.Parameters.ToDictionary(parameter => VariableName(parameter.Name), parameter => ValueOf(parameter, lesson.Id, seed));

    /// <summary>Upper case, as environment variables are.</summary>
    internal static string VariableName(string name) => name.ToUpperInvariant().Replace('-', '_');

    private static string ValueOf(Parameter parameter, string lessonId, string seed)
    {
        var random = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\n{lessonId}\n{parameter.Name}"));
        return parameter.Kind is "number"
            ? Number(parameter, random).ToString(CultureInfo.InvariantCulture)
            : $"{parameter.Name.Replace('-', '_')}_{Word(random)}";
    }

    private static long Number(Parameter parameter, byte[] random)
    {
        var values = (ulong)((long)parameter.Maximum - parameter.Minimum + 1);
        return parameter.Minimum + (long)(BinaryPrimitives.ReadUInt64LittleEndian(random) % values);
    }

    /// <summary>Begins with a letter and is no word of SQL: it is an identifier that needs no quotes.</summary>
    private static string Word(byte[] random) =>
        $"{Letters[random[0] % Letters.Length]}{string.Concat(random.Skip(1).Take(3).Select(value => LettersAndDigits[value % LettersAndDigits.Length]))}";
}
