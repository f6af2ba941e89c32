using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Shouldly;
using TlsMgr.Sharing;
using TlsMgr.Testing;
using TlsMgr.Tickets.Pool;
using Xunit;

namespace TlsMgr.Tests.Tickets.Pool;

/// <summary>
/// The derivation, the arithmetic, the state file and the export of a pool, against vectors.txt, which a second
/// implementation in Python computes from the byte layout.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class PoolVectorTests
{
    private static readonly string File = RepositoryRoot.Fixture("pool", "vectors.txt");

    private static readonly string[][] Rows =
        [.. System.IO.File.ReadLines(File).Where(static line => line[0] != '#').Select(static line => line.Split(' '))];

    public static TheoryData<string> States => new(Of("slot").Select(static row => row[0]));

    [Fact]
    public void The_second_implementation_prints_the_vectors_of_the_fixture()
    {
        string script = Path.Combine(RepositoryRoot.Path, "tests", "pool-vectors.py");

        CommandOutput printed = CommandOutput.Of("/usr/bin/python3", script);

        printed.Errors.ShouldBe("");
        printed.Output.ShouldBe(System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void Chain_keys_move_as_in_the_vectors() => ForEach("step", 5, row =>
    {
        byte[] key = Bytes(row[0]);
        for (long count = Number(row[1]); count > 0; count--)
        {
            PoolDerivation.Step(key);
        }

        Convert.ToHexStringLower(key).ShouldBe(row[2]);
    });

    [Fact]
    public void Ticket_keys_are_those_of_the_vectors() => ForEach("ticket", 32, row =>
    {
        byte[] info = PoolDerivation.TicketInfo(row[1], (int)Number(row[2]), row[3], Bytes(row[4]));
        byte[] material = new byte[16 + (2 * Number(row[2]))];
        PoolDerivation.TicketKey(Bytes(row[0]), info, material);

        Convert.ToHexStringLower(material).ShouldBe(row[5]);
    });

    [Fact]
    public void Fingerprints_are_those_of_the_vectors()
    {
        ForEach("fingerprint", 16, row =>
            PoolDerivation.Fingerprint(Bytes(row[0]), row[1], (uint)Number(row[2])).ShouldBe(row[3]));
        ForEach("policy", 2, row => PoolDerivation.Describe(Bytes(row[0])).ShouldBe(row[1]));
    }

    [Fact]
    public void Periods_are_those_of_the_vectors() => ForEach("period", 240, row =>
    {
        PoolPeriods periods = new((int)Number(row[0]), (int)Number(row[1]));
        long now = Number(row[2]);
        string text = string.Join(' ', row);

        periods.Of(now).ShouldBe(Number(row[3]), text);
        periods.OldestAt(now).ShouldBe(Number(row[4]), text);
        periods.EncryptingAt(now).ShouldBe(Number(row[5]), text);
        periods.LastSecond(periods.EncryptingAt(now)).ShouldBe(Number(row[6]), text);
    });

    [Theory]
    [MemberData(nameof(States))]
    public void States_are_written_as_in_the_vectors(string number)
    {
        using PoolState state = Describe(number);
        byte[] slot = new byte[PoolStateSlot.LengthBytes];
        PoolStateSlot.Write(state, slot);
        byte[] line = new byte[PoolExport.MaximumLength];
        int length = PoolExport.Write(state, line);

        Convert.ToHexStringLower(slot).ShouldBe(Of("slot").Single(row => row[0] == number)[1]);
        Encoding.ASCII.GetString(line, 0, length).ShouldBe(ExportOf(number));
    }

    [Theory]
    [MemberData(nameof(States))]
    public void States_of_the_vectors_are_read(string number)
    {
        using PoolState expected = Describe(number);
        using PoolState? stored = PoolStateSlot.Read(Bytes(Of("slot").Single(row => row[0] == number)[1]), out _);
        using PoolState? joined = PoolExport.TryRead(Encoding.ASCII.GetBytes(ExportOf(number)), out _);

        ShouldHaveSecretsOf(stored.ShouldNotBeNull(), expected);
        ShouldHaveSecretsOf(joined.ShouldNotBeNull(), expected);
        stored.Sequence.ShouldBe(expected.Sequence);
        stored.Trusted.ShouldBe(expected.Trusted);
        stored.Pending.ShouldBe(expected.Pending);
        stored.CacheMarks.ShouldBe(expected.CacheMarks);
    }

    private static void ShouldHaveSecretsOf(PoolState state, PoolState expected)
    {
        state.Name.ShouldBe(expected.Name);
        state.PeriodSeconds.ShouldBe(expected.PeriodSeconds);
        state.Chains.Select(Describe).ShouldBe(expected.Chains.Select(Describe));
    }

    private static (uint, long, long, string) Describe(PoolChain chain) =>
        (chain.Generation, chain.Period, chain.From,
            $"{Convert.ToHexStringLower(chain.Key)} {Convert.ToHexStringLower(chain.NameKey)}");

    /// <summary>The state of the fields in the vectors.</summary>
    private static PoolState Describe(string number)
    {
        string[] row = Of("state").Single(row => row[0] == number);
        PoolState state = new(row[3], (int)Number(row[2]))
        {
            Sequence = (ulong)Number(row[1]),
            Trusted = Mark(Of("trusted").Single(row => row[0] == number)),
            Pending = Mark(Of("pending").Single(row => row[0] == number)),
        };
        foreach (string[] fields in Of("chain").Where(row => row[0] == number))
        {
            PoolChain chain = new((uint)Number(fields[1]), Number(fields[2]), Number(fields[3]));
            Bytes(fields[4]).CopyTo(chain.Key);
            Bytes(fields[5]).CopyTo(chain.NameKey);
            state.Add(chain);
        }

        foreach (string[] fields in Of("mark").Where(row => row[0] == number))
        {
            state.CacheMarks[Number(fields[1])] = new PoolCacheMark(
                Number(fields[2]),
                System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(Bytes(fields[3])));
        }

        state.Chains.Count.ShouldBe((int)Number(row[4]));
        return state;
    }

    private static PoolClockMark Mark(string[] row) => new(
        Number(row[1]), Number(row[2]),
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(Bytes(row[3])));

    [Fact]
    public void Names_of_shared_sessions_are_those_of_the_vectors() => ForEach("name", 3, row =>
    {
        byte[] name = new byte[SealedEntry.NameBytes];
        SealedEntry.Name(Bytes(row[0]), Ascii(row[1]), Ascii(row[2]), Bytes(row[3]), name);

        Convert.ToHexStringLower(name).ShouldBe(row[4]);
    });

    [Fact]
    public void Entries_are_sealed_and_opened_as_in_the_vectors() => ForEach("entry", 3, row =>
    {
        long period = Number(row[1]);
        EntryContext context = new(
            Ascii(row[2]), uint.Parse(row[3], CultureInfo.InvariantCulture), Ascii(row[4]), Bytes(row[5]),
            Bytes(row[6]));
        SharedLife life = new(Number(row[7]), Number(row[8]));
        byte[] entry = Bytes(row[10]);
        byte[] made = [.. entry[..(2 + PoolDerivation.EntryRandomBytes)], .. new byte[entry.Length - 18]];
        SealedEntry.SealWith(Bytes(row[0]), period, context, life, Bytes(row[9]), made);

        Convert.ToHexStringLower(made).ShouldBe(row[10]);
        SealedEntry.TryReadHead(entry, out byte periodByte).ShouldBeTrue();
        periodByte.ShouldBe((byte)period);
        SealedEntry.TryOpen(
            Bytes(row[0]), period, context, entry, new byte[entry.Length], out SharedLife found,
            out ReadOnlySpan<byte> session).ShouldBeTrue();
        found.ShouldBe(life);
        Convert.ToHexStringLower(session).ShouldBe(row[9] == "-" ? "" : row[9]);
    });

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    private static string ExportOf(string number) =>
        string.Join(' ', Of("export").Single(row => row[0] == number).Skip(1));

    private static void ForEach(string kind, int count, Action<string[]> check)
    {
        Of(kind).Count().ShouldBe(count);
        foreach (string[] row in Of(kind))
        {
            check(row);
        }
    }

    private static IEnumerable<string[]> Of(string kind) =>
        Rows.Where(row => row[0] == kind).Select(static row => row[1..]);

    private static byte[] Bytes(string hex) => hex == "-" ? [] : Convert.FromHexString(hex);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
