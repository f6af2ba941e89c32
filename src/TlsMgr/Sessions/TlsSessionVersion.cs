// The beginning of an SSL_SESSION in DER, as OpenSSL writes it (i2d_SSL_SESSION): SEQUENCE, INTEGER 1, INTEGER with the
// version of the protocol.

using System;

namespace TlsMgr.Sessions;

/// <summary>Reads the version of the protocol from a session.</summary>
internal static class TlsSessionVersion
{
    private const byte Sequence = 0x30;
    private const byte LongForm = 0x80;

    /// <summary>INTEGER 1, INTEGER 0x0304.</summary>
    private static ReadOnlySpan<byte> Tls13 => [0x02, 0x01, 0x01, 0x02, 0x02, 0x03, 0x04];

    /// <summary>Whether a session is one of TLS 1.3; false for what is no session.</summary>
    internal static bool IsTls13(ReadOnlySpan<byte> session)
    {
        if (session.Length < 2 || session[0] != Sequence)
        {
            return false;
        }

        int lengthBytes = session[1] < LongForm ? 0 : session[1] - LongForm;
        return lengthBytes <= sizeof(int) && session.Length > 2 + lengthBytes
            && session[(2 + lengthBytes)..].StartsWith(Tls13);
    }
}
