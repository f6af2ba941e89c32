using System;
using System.Runtime.CompilerServices;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Requests.Common;

namespace TlsMgr.Requests;

/// <summary>The reply to a lookup.</summary>
internal static class LookupReply
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Write(RequestStatus status, ReadOnlySpan<byte> session, AttributeWriter reply)
    {
        reply.WriteNumber(CommonWords.Status, (int)status);
        reply.WriteData(WireWords.Session, session);
        reply.WriteEnd();
    }
}
