// Where base64 is decoded to. One for the service, since it serves one request at a time; a large session must not
// leave a large buffer behind.

using System;

namespace TlsMgr.Requests;

/// <summary>Room for the decoded data of one request.</summary>
internal sealed class DecodeBuffer
{
    /// <summary>Kept between requests, in bytes: real sessions stay below 2,000.</summary>
    private const int KeptBytes = 16 * 1024;

    private readonly byte[] _kept = new byte[KeptBytes];

    /// <summary>Room for any data that a message of this length can hold. Used until the next call.</summary>
    internal Span<byte> For(int messageBytes)
    {
        int needed = Postfix.Protocol.Base64Data.DecodedLimit(messageBytes);
        return needed <= KeptBytes ? _kept : new byte[needed];
    }
}
