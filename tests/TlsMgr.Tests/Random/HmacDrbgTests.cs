using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Random;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Random;

public sealed class HmacDrbgTests
{
    public static TheoryData<string, int> VectorFiles => new()
    {
        { "HMAC_DRBG-no_reseed.rsp", 32 },
        { "HMAC_DRBG-pr_false.rsp", 5 },
    };

    [Theory]
    [MemberData(nameof(VectorFiles))]
    public void Every_NIST_vector_gives_the_published_bytes(string file, int expectedCases)
    {
        List<List<(string Name, byte[] Value)>> cases = ReadCases(RepositoryRoot.Fixture("random", file));
        cases.Count.ShouldBe(expectedCases);

        foreach (List<(string Name, byte[] Value)> fields in cases)
        {
            byte[] Field(string name, int index = 0) =>
                fields.Where(field => field.Name == name).Select(field => field.Value).ElementAt(index);

            using HmacDrbg generator = new(Field("EntropyInput"), Field("Nonce"), Field("PersonalizationString"));
            if (fields.Any(field => field.Name == "EntropyInputReseed"))
            {
                generator.Reseed(Field("EntropyInputReseed"), Field("AdditionalInputReseed"));
            }

            byte[] expected = Field("ReturnedBits");
            expected.Length.ShouldBe(128);
            byte[] output = new byte[expected.Length];
            generator.Generate(output, Field("AdditionalInput", 0));
            generator.Generate(output, Field("AdditionalInput", 1));

            Convert.ToHexString(output).ShouldBe(Convert.ToHexString(expected));
        }
    }

    [Fact]
    public void A_disposed_generator_has_no_state_and_generates_nothing()
    {
        HmacDrbg generator = new(new byte[32], new byte[16], []);
        LockedMemory state = RandomRig.SecretsOf(generator)["_state"];
        state.Span.ContainsAnyExcept((byte)0).ShouldBeTrue();

        generator.Dispose();

        state.Span.IsEmpty.ShouldBeTrue("the memory was returned to the kernel");
        Should.Throw<ObjectDisposedException>(() => generator.Generate(new byte[1], []));
        Should.Throw<ObjectDisposedException>(() => generator.Reseed([1], []));
    }

    [Fact]
    public void No_input_remains_in_the_state()
    {
        byte[] input = [.. Enumerable.Repeat((byte)0xA5, 64)];
        using HmacDrbg generator = new(input, input, input);
        generator.Reseed(input, input);
        generator.Generate(new byte[10], input);

        RandomRig.SecretsOf(generator)["_state"].Span.IndexOf(input.AsSpan(0, 16)).ShouldBe(-1);
    }

    [Fact]
    public void Longer_requests_and_inputs_than_the_limits_are_rejected()
    {
        using HmacDrbg generator = new(new byte[32], new byte[16], []);

        generator.Generate(new byte[HmacDrbg.MaximumRequestBytes], new byte[HmacDrbg.MaximumInputBytes]);
        Should.Throw<ArgumentOutOfRangeException>(
            () => generator.Generate(new byte[HmacDrbg.MaximumRequestBytes + 1], []));
        Should.Throw<ArgumentOutOfRangeException>(() => generator.Reseed(new byte[HmacDrbg.MaximumInputBytes], [1]));
    }

    private static List<List<(string Name, byte[] Value)>> ReadCases(string path)
    {
        List<List<(string Name, byte[] Value)>> cases = [];
        foreach (string line in File.ReadLines(path).Where(line => line.Contains('=') && line[0] is not ('[' or '#')))
        {
            string[] parts = line.Split('=', StringSplitOptions.TrimEntries);
            if (parts[0] == "COUNT")
            {
                cases.Add([]);
            }
            else
            {
                cases[^1].Add((parts[0], Convert.FromHexString(parts[1])));
            }
        }

        return cases;
    }
}
