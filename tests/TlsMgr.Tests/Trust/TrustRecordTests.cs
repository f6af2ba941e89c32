using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Shouldly;
using TlsMgr.Trust;
using Xunit;

namespace TlsMgr.Tests.Trust;

/// <summary>What a cache file keeps of a digest.</summary>
public sealed class TrustRecordTests
{
    private const int MaximumBytes = 1920;

    private static readonly byte[] Salt = [.. Enumerable.Range(1, TrustRecord.SaltBytes).Select(i => (byte)i)];

    [Fact]
    public void The_digest_is_that_of_names_and_hashes_in_their_order()
    {
        TrustDigest digest = Digest(("b", "2"), ("a", "1"));
        digest.Value.ShouldBe(Digest(("a", "1"), ("b", "2")).Value);

        // The same bytes through another implementation of SHA-256.
        Convert.ToHexStringLower(Digest(("a", "1")).Value)
            .ShouldBe("e4e193217e7627e2384ac89c51441054525c52be7f777823f0b47669ceace47a");
    }

    [Fact]
    public void A_record_matches_its_digest_and_no_other()
    {
        TrustRecord record = Record(Digest(("a", "1"), ("b", "2")));

        record.Matches(Digest(("b", "2"), ("a", "1"))).ShouldBeTrue();
        record.Matches(Digest(("a", "1"))).ShouldBeFalse();
        record.Matches(Digest(("a", "1"), ("b", "3"))).ShouldBeFalse();
        record.Matches(Digest(("a", "1"), ("b", "2"), ("c", "3"))).ShouldBeFalse();
        Record(TrustDigest.Empty).Matches(TrustDigest.Empty).ShouldBeTrue();
    }

    [Fact]
    public void What_is_not_known_matches_nothing()
    {
        TrustDigest unknown = new([TrustInput.Elsewhere("mysql:x"), TrustInput.OfText("a", "1")]);

        Record(unknown).Matches(unknown).ShouldBeFalse();
        Record(unknown).Matches(Digest(("a", "1"))).ShouldBeFalse();
        Record(Digest(("a", "1"))).Matches(unknown).ShouldBeFalse();
        Changes(Record(unknown), unknown).ShouldBe(["mysql:x Unknown"]);
    }

    [Fact]
    public void It_tells_what_changed() =>
        Changes(Record(Digest(("a", "1"), ("b", "2"), ("c", "3"))), Digest(("a", "1"), ("b", "3"), ("d", "4")))
            .ShouldBe(["b Changed", "c Removed", "d Added"]);

    [Fact]
    public void Inputs_that_find_no_space_count_without_their_names()
    {
        (string, string)[] many = [.. Enumerable.Range(100, 300).Select(i => ($"parameter_{i}", $"{i}"))];
        byte[] bytes = TrustRecord.Write(Digest(many), Salt, MaximumBytes);
        bytes.Length.ShouldBeLessThanOrEqualTo(MaximumBytes);
        TrustRecord record = TrustRecord.Read(bytes).ShouldNotBeNull();

        record.Matches(Digest(many)).ShouldBeTrue();
        Changes(record, Digest(many)).ShouldBeEmpty();
        many[^1] = ("parameter_399", "other");
        Changes(record, Digest(many)).ShouldBe(["others Changed"]);
        many[0] = ("parameter_100", "other");
        Changes(record, Digest(many)).ShouldBe(["others Changed", "parameter_100 Changed"]);
    }

    [Fact]
    public void A_damaged_record_is_none()
    {
        byte[] bytes = TrustRecord.Write(Digest(("a", "1"), ("b", "2")), Salt, MaximumBytes);
        for (int i = 0; i < bytes.Length * 8; i++)
        {
            byte[] damaged = [.. bytes];
            damaged[i / 8] ^= (byte)(1 << (i % 8));
            TrustRecord.Read(damaged).ShouldBeNull($"bit {i}");
        }

        for (int length = 0; length < bytes.Length; length++)
        {
            TrustRecord.Read(bytes.AsSpan(0, length)).ShouldBeNull($"{length} bytes");
        }
    }

    [Fact]
    public void A_record_tells_no_hash_that_another_could_be_compared_with()
    {
        TrustDigest digest = Digest(("smtpd_tls_key_file", "secret"));
        byte[] bytes = TrustRecord.Write(digest, Salt, MaximumBytes);

        bytes.AsSpan().IndexOf(digest.Value.AsSpan(0, 8)).ShouldBe(-1);
        bytes.AsSpan().IndexOf(digest.Inputs[0].Hash.AsSpan(0, 8)).ShouldBe(-1);
        bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes("secret")).ShouldBe(-1);
        byte[] other = TrustRecord.Write(digest, [.. Salt.Reverse()], MaximumBytes);
        other.AsSpan(TrustRecord.SaltBytes, TrustDigest.LengthBytes)
            .SequenceEqual(bytes.AsSpan(TrustRecord.SaltBytes, TrustDigest.LengthBytes)).ShouldBeFalse();
    }

    private static TrustDigest Digest(params (string Name, string Text)[] inputs) =>
        new(inputs.Select(input => TrustInput.OfText(input.Name, input.Text)));

    private static TrustRecord Record(TrustDigest digest) =>
        TrustRecord.Read(TrustRecord.Write(digest, Salt, MaximumBytes)).ShouldNotBeNull();

    private static IEnumerable<string> Changes(TrustRecord record, TrustDigest digest) =>
        record.ChangesTo(digest).Select(change => $"{change.Input} {change.Kind}");
}
