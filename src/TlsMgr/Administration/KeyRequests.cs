// request=keys -> status, then name, state, encrypts and decrypts of each ticket key; request=rotate -> status: creates
// a new one; request=rotate_now -> status: erases all others, too. Of a key's bytes, replies contain the name alone,
// which tickets carry in the clear.

using System.Text;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Requests.Common;
using TlsMgr.Tickets;

namespace TlsMgr.Administration;

/// <summary>Lists and rotates ticket keys.</summary>
internal sealed class KeyRequests(TicketKeys keys, RequestFaults faults)
{
    internal int ServeKeys(ref AttributeReader reader, AttributeWriter reply)
    {
        if (!faults.TryReadEnd(ref reader))
        {
            return DeferredReply.WriteNow(RequestStatus.Fault, reply);
        }

        reply.WriteNumber(CommonWords.Status, (int)RequestStatus.Ok);
        foreach (TicketKeyStatus key in keys.Describe())
        {
            reply.WriteText(ControlWords.Name, Encoding.ASCII.GetBytes(key.Name));
            reply.WriteText(ControlWords.State, Encoding.ASCII.GetBytes(key.State));
            reply.WriteLong(ControlWords.Encrypts, key.EncryptSeconds);
            reply.WriteLong(ControlWords.Decrypts, key.DecryptSeconds);
        }

        reply.WriteEnd();
        return 0;
    }

    /// <param name="reader">Positioned after the name of the request.</param>
    /// <param name="erasesOthers">Whether no other key decrypts from now on.</param>
    /// <param name="reply">Receives the reply.</param>
    internal int ServeRotate(ref AttributeReader reader, bool erasesOthers, AttributeWriter reply)
    {
        RequestStatus status = !faults.TryReadEnd(ref reader) ? RequestStatus.Fault
            : !keys.IsEnabled || keys.Pool is { Fault.Length: 0 } ? RequestStatus.Error
            : (erasesOthers ? keys.Ring.Replace() : keys.Ring.Rotate() is not null) ? RequestStatus.Ok
            : RequestStatus.Fault;
        return DeferredReply.WriteNow(status, reply);
    }
}
