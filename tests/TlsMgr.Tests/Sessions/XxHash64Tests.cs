using System.Linq;
using System.Text;
using Shouldly;
using TlsMgr.Sessions;
using Xunit;

namespace TlsMgr.Tests.Sessions;

public sealed class XxHash64Tests
{
    // Results of the reference implementation (xxhash.com), for lengths that cover every path of the code.
    [Theory]
    [InlineData("", 0UL, 0xEF46DB3751D8E999)]
    [InlineData("a", 0UL, 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0UL, 0x44BC2CF5AD770999)]
    [InlineData("message digest", 0UL, 0x066ED728FCEEB3BE)]
    [InlineData("abcdefghijklmnopqrstuvwxyz", 0UL, 0xCFE1F278FA89835C)]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 0UL, 0xAAA46907D3047814)]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345678901234567890", 0UL, 0xE04A477F19EE145D)]
    public void The_hash_is_that_of_the_specification(string text, ulong seed, ulong hash) =>
        XxHash64.Hash(Encoding.ASCII.GetBytes(text), seed).ShouldBe(hash);

    [Fact]
    public void Every_byte_and_the_seed_affect_the_hash()
    {
        byte[] data = SessionCacheTests.Bytes(77, 1);
        ulong[] hashes = [.. Enumerable.Range(0, data.Length).Select(index =>
        {
            byte[] other = [.. data];
            other[index] ^= 0x10;
            return XxHash64.Hash(other, 0);
        })];

        hashes.Append(XxHash64.Hash(data, 0)).Append(XxHash64.Hash(data, 1)).ShouldBeUnique();
    }
}
