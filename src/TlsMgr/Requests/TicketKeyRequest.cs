// request=tktkey keyname=NAME -> status, keybuf: the ticket key of that name; the current one when the name is empty.

using System;
using System.Security.Cryptography;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Requests.Common;
using TlsMgr.Statistics;
using TlsMgr.Tickets;

namespace TlsMgr.Requests;

/// <summary>Returns ticket keys to smtpd(8).</summary>
internal sealed class TicketKeyRequest(
    TicketKeys keys, TicketKeyLayout layout, ScratchMemory decoded, ServiceCounters counters, RequestFaults faults)
{
    internal void Serve(ref AttributeReader reader, int messageBytes, AttributeWriter reply)
    {
        Span<byte> buffer = decoded.Take(Base64Data.DecodedLimit(messageBytes));
        if (!reader.TryReadData(WireWords.KeyName, buffer, out ReadOnlySpan<byte> name))
        {
            faults.Report(reader.Fault);
            Write(RequestStatus.Fault, default, reply);
        }
        else if (!faults.TryReadEnd(ref reader))
        {
            Write(RequestStatus.Fault, default, reply);
        }
        else if (name.Length is not (0 or TicketKey.NameBytes))
        {
            faults.ReportKeyNameLength(name.Length);
            Write(RequestStatus.Fault, default, reply);
        }
        else if (!keys.IsEnabled)
        {
            Write(RequestStatus.Error, name, reply);
        }
        else if (name.IsEmpty)
        {
            WriteKey(keys.GetCurrent(), RequestStatus.Fault, name, reply);
        }
        else
        {
            WriteKey(keys.Find(name), RequestStatus.Error, name, reply);
        }
    }

    private void WriteKey(
        TicketKey? key, RequestStatus statusWithoutKey, ReadOnlySpan<byte> name, AttributeWriter reply)
    {
        if (key is null)
        {
            Write(statusWithoutKey, name, reply);
            return;
        }

        counters.TicketKeys++;
        Span<byte> keyBuffer = stackalloc byte[TicketKeyLayout.MaximumBytes];
        layout.Write(key, keyBuffer);
        Write(RequestStatus.Ok, keyBuffer[..layout.SizeBytes], reply);
        CryptographicOperations.ZeroMemory(keyBuffer);
    }

    private static void Write(RequestStatus status, ReadOnlySpan<byte> keyBuffer, AttributeWriter reply)
    {
        reply.WriteNumber(CommonWords.Status, (int)status);
        reply.WriteData(WireWords.KeyBuffer, keyBuffer);
        reply.WriteEnd();
    }
}
