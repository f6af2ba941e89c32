using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Microsoft.Win32.SafeHandles;

namespace TlsMgr.Daemon.Tests.Secrets;

/// <summary>An occurrence of the searched bytes.</summary>
/// <param name="Mapping">The mapping: a path, <c>[heap]</c>, <c>[stack]</c>, or empty for anonymous memory.</param>
/// <param name="Flags">The flags of the mapping (proc(5), VmFlags): lo locked, dd left out of dumps.</param>
internal sealed record Finding(string Mapping, string[] Flags)
{
    /// <summary>Whether the memory is neither swapped nor dumped.</summary>
    internal bool IsProtected => Flags.Contains("lo") && Flags.Contains("dd");

    public override string ToString() => $"{(Mapping.Length == 0 ? "anonymous" : Mapping)} ({string.Join(' ', Flags)})";
}

/// <summary>Searches the memory of another process, as an attacker with access to it would.</summary>
internal static class ProcessMemory
{
    private const int PieceBytes = 1024 * 1024;

    /// <summary>Finds all occurrences of the bytes in readable memory.</summary>
    internal static IReadOnlyList<Finding> Find(int processId, byte[] wanted)
    {
        List<Finding> findings = [];
        using SafeFileHandle memory = File.OpenHandle($"/proc/{processId}/mem");
        byte[] buffer = new byte[PieceBytes + wanted.Length];
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
                    int count = Count(memory, start, end, wanted, buffer);
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

    private static int Count(SafeFileHandle memory, long start, long end, byte[] wanted, byte[] buffer)
    {
        int count = 0;
        for (long position = start; position < end; position += PieceBytes)
        {
            // Longer than a piece, so that a match across its end is found; such a match begins in this piece.
            int length = (int)long.Min(end - position, PieceBytes + wanted.Length - 1);
            int read = TryRead(memory, buffer.AsSpan(0, length), position);
            ReadOnlySpan<byte> rest = buffer.AsSpan(0, read);
            for (int index = rest.IndexOf(wanted); index >= 0; index = rest.IndexOf(wanted))
            {
                count++;
                rest = rest[(index + 1)..];
            }
        }

        return count;
    }

    /// <summary>Reads memory; returns 0 for a mapping that the kernel does not let read.</summary>
    private static int TryRead(SafeFileHandle memory, Span<byte> buffer, long position)
    {
        try
        {
            return RandomAccess.Read(memory, buffer, position);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
