// OpenSSL's own configuration can turn session tickets off in every program: "Options = -SessionTicket" in a section
// that ssl_conf names (SSL_CONF_cmd(3), config(5)).

using System;
using System.Linq;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Trust;

/// <summary>Reads OpenSSL's configuration, as far as tickets depend on it.</summary>
internal static class OpenSslTicketOption
{
    private const string Option = "SessionTicket";
    private const string Include = ".include";
    private const int MaximumDepth = 4;

    /// <summary>
    /// Whether a configuration may turn tickets off. It is not evaluated: the option counts wherever it stands, and so
    /// does a file that cannot be read, or one that is included by anything but a full path.
    /// </summary>
    internal static bool MayBeOff(string path) => MayBeOff(path, MaximumDepth);

    private static bool MayBeOff(string path, int depth)
    {
        try
        {
            return depth == 0 || !path.StartsWith('/') || ConfigText.ReadIfThere(path).Split('\n')
                .Select(static line => line.Split('#')[0].Trim())
                .Any(line => line.Contains(Option, StringComparison.OrdinalIgnoreCase)
                    || (line.StartsWith(Include, StringComparison.Ordinal)
                        && MayBeOff(line[Include.Length..].Trim(' ', '\t', '=', '"'), depth - 1)));
        }
        catch (FatalException)
        {
            // Postfix's programs may be able to read it.
            return true;
        }
    }
}
