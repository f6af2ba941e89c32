using System;
using System.IO;
using Shouldly;
using TlsMgr.Postfix.Logging;
using TlsMgr.Random;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Random;

/// <summary>What the exchange file held counts for the bytes that replace it: all else is equal here.</summary>
public sealed class ExchangeFileStirTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tlsmgr-exchange-");
    private readonly ManualClock _clock = new();

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void Another_content_is_replaced_by_other_bytes(int servedBefore)
    {
        string first = Exchange("one", servedBefore);

        Exchange("one", servedBefore).ShouldBe(first);
        Exchange("other", servedBefore).ShouldNotBe(first);
    }

    private string Exchange(string content, int servedBefore)
    {
        string path = Path.Combine(_directory.FullName, "prng_exch");
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using RandomPool pool = new(_clock, static buffer =>
        {
            buffer.Clear();
            return true;
        });
        pool.TryFill(new byte[servedBefore]).ShouldBeTrue();
        using ExchangeFile file = new(path, pool, new Log());
        file.Open();
        file.Update().ShouldBe(ExchangeResult.Done);
        return Convert.ToHexString(File.ReadAllBytes(path));
    }
}
