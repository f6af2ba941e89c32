using System.Collections.Generic;
using System.Globalization;
using System.IO;
using CommandLine;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;

namespace TlsMgr.Control.Verbs;

/// <summary>
/// The verb keys: the names of the ticket keys in force. The control protocol carries no secret of a key.
/// </summary>
[Verb("keys", HelpText = "Show the names of the session ticket keys, and how long they are in force.")]
internal sealed class KeysVerb : ControlVerb
{
    private const int NameWidth = 32;
    private const int TableWidth = 68;

    internal override bool Execute(ServiceConnection connection, TextWriter output)
    {
        List<ListedKey> keys = ControlRequests.Keys(connection)
            ?? throw new NoReplyException("the daemon refuses to show its ticket keys");
        if (Json)
        {
            WriteJson(keys, output);
            return true;
        }

        WriteText(keys, output, Terminal.LineColumns);
        return true;
    }

    /// <summary>Writes a table, or where that does not fit, a line for each name and one for the rest.</summary>
    internal static void WriteText(List<ListedKey> keys, TextWriter output, int width)
    {
        string gap = width < TableWidth ? "\n" : "  ";
        output.WriteLine($"{(width < TableWidth ? "name" : "name".PadRight(NameWidth))}{gap}"
            + "state     encrypts(s)  decrypts(s)");
        foreach (ListedKey key in keys)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{key.Name,-NameWidth}{gap}{key.State,-8}  {key.EncryptSeconds,11}  {key.DecryptSeconds,11}"));
        }
    }

    private static void WriteJson(List<ListedKey> keys, TextWriter output) => JsonText.Write(output, writer =>
    {
        writer.WriteStartArray();
        foreach (ListedKey key in keys)
        {
            writer.WriteStartObject();
            writer.WriteString("name", key.Name);
            writer.WriteString("state", key.State);
            writer.WriteNumber("encrypt_seconds", key.EncryptSeconds);
            writer.WriteNumber("decrypt_seconds", key.DecryptSeconds);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });
}
