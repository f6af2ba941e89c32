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
    internal override bool Execute(ServiceConnection connection, TextWriter output)
    {
        List<ListedKey> keys = ControlRequests.Keys(connection)
            ?? throw new NoReplyException("the daemon refuses to show its ticket keys");
        if (Json)
        {
            WriteJson(keys, output);
            return true;
        }

        output.WriteLine("name                              state     encrypts(s)  decrypts(s)");
        foreach (ListedKey key in keys)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{key.Name,-32}  {key.State,-8}  {key.EncryptSeconds,11}  {key.DecryptSeconds,11}"));
        }

        return true;
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
