// Looks for bytes in the memory of another process, as somebody who got hold of it would.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Microsoft.Win32.SafeHandles;

namespace TlsMgr.Daemon.Tests.Secrets;

/// <summary>A place where bytes were found.</summary>
/// <param name="Mapping">What is mapped there: a path, <c>[heap]</c>, <c>[stack]</c>, or empty for anonymous memory.</param>
/// <param name="Flags">The kernel's flags of it (proc(5), VmFlags): lo locked, dd left out of dumps.</param>
internal sealed record Finding(string Mapping, string[] Flags)
{
    /// <summary>Whether it is memory that is neither swapped nor dumped.</summary>
    internal bool IsProtected => Flags.Contains("lo") && Flags.Contains("dd");

    public override string ToString() => $"{(Mapping.Length == 0 ? "anonymous" : Mapping)} ({string.Join(' ', Flags)})";
}

/// <summary>The memory of a process.</summary>
internal static class ProcessMemory
{
    private const int PieceBytes = 1024 * 1024;

    /// <summary>Every place in readable memory where the bytes are.</summary>
    internal static IReadOnlyList<Finding> Find(int processId, byte[] wanted)
    {
        List<Finding> findings = [];
        using SafeFileHandle memory = File.OpenHandle($"/proc/{processId}/mem");
        byte[] room = new byte[PieceBytes + wanted.Length];
        long start = 0;
        long end = 0;
        string[] head = [];
        foreach (string line in File.ReadAllLines($"/proc/{processId}/smaps"))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words[0].EndsWith(':'))
            {
                if (words[0] == "VmFlags:" && head[1].StartsWith('r'))
                {
                    int count = Count(memory, start, end, wanted, room);
                    findings.AddRange(Enumerable.Repeat(new Finding(head.ElementAtOrDefault(5) ?? "", words[1..]), count));
                }

                continue;
            }

            head = words;
            string[] range = words[0].Split('-');
            start = long.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            end = long.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        return findings;
    }

    private static int Count(SafeFileHandle memory, long start, long end, byte[] wanted, byte[] room)
    {
        int count = 0;
        for (long position = start; position < end; position += PieceBytes)
        {
            // A little more than a piece, for what lies over its end; a match there begins in this piece all the same.
            int length = (int)long.Min(end - position, PieceBytes + wanted.Length - 1);
            int read = TryRead(memory, room.AsSpan(0, length), position);
            ReadOnlySpan<byte> rest = room.AsSpan(0, read);
            for (int place = rest.IndexOf(wanted); place >= 0; place = rest.IndexOf(wanted))
            {
                count++;
                rest = rest[(place + 1)..];
            }
        }

        return count;
    }

    /// <summary>Reads, or answers 0 for what the kernel shows to nobody.</summary>
    private static int TryRead(SafeFileHandle memory, Span<byte> room, long position)
    {
        try
        {
            return RandomAccess.Read(memory, room, position);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
