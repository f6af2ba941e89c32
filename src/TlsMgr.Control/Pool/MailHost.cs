using System.Globalization;
using System.Net;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Pool;

/// <summary>A host to be tested, as it is typed.</summary>
/// <param name="Text">HOST:PORT.</param>
/// <param name="Host">A name or an address.</param>
/// <param name="Port">The port.</param>
internal sealed record MailHost(string Text, string Host, int Port)
{
    private const int DefaultPort = 25;

    /// <summary>Reads HOST, HOST:PORT, or [ADDRESS]:PORT.</summary>
    /// <exception cref="FatalException">It is none of these.</exception>
    internal static MailHost Parse(string text)
    {
        int colon = text.LastIndexOf(':');
        // An address of IPv6 has several colons, and a port behind brackets only.
        bool hasPort = colon > 0 && (text[colon - 1] == ']' || text.IndexOf(':') == colon);
        string host = (hasPort ? text[..colon] : text).Trim('[', ']');
        int port = DefaultPort;
        bool isValid = !hasPort
            || int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port);
        return isValid && port is > 0 and <= IPEndPoint.MaxPort && host.Length > 0
            ? new MailHost(PrintableText.Clean(text), host, port)
            : throw new FatalException($"bad host {PrintableText.Clean(text)}: HOST:PORT");
    }
}
