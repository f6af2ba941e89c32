using System;
using System.IO;
using System.Text;
using Shouldly;
using TlsMgr.Testing;
using TlsMgr.Trust;
using Xunit;

namespace TlsMgr.Tests.Trust;

/// <summary>What Postfix is configured to read is taken up to a bound, exactly.</summary>
public sealed class TrustBoundTests : IDisposable
{
    private const int MaximumWordBytes = 4096;

    /// <summary>In memory, where there is such a place: thousands of names take seconds on a disk.</summary>
    private readonly string _directory = Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"tlsmgr-trust-{Guid.NewGuid()}");

    public TrustBoundTests() => Directory.CreateDirectory(_directory);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(MaximumWordBytes - 1)]
    [InlineData(MaximumWordBytes)]
    [InlineData(MaximumWordBytes + 1)]
    [InlineData(3 * MaximumWordBytes)]
    public void A_word_of_any_length_in_a_policy_is_taken_up_to_the_bound(int lengthBytes)
    {
        const string Mark = "tafile=";
        NamedPaths paths = new(takesAll: false);
        string path = "/" + new string('x', lengthBytes - Mark.Length - 1);

        paths.Add(Encoding.ASCII.GetBytes($"secure {Mark}{path[..100]}"));
        paths.Add(Encoding.ASCII.GetBytes($"{path[100..]} {Mark}/next"));
        paths.End();

        string taken = path[..int.Min(path.Length, MaximumWordBytes - Mark.Length)];
        paths.TrustAnchors.ShouldBe([taken, "/next"]);
    }

    [Fact]
    public void A_directory_is_read_up_to_the_bound()
    {
        // Links that lead nowhere are names with nothing to read.
        for (int i = 0; i < TrustLimits.DirectoryNames; i++)
        {
            AddName(i);
        }

        TrustFiles files = new(new ManualClock(), "/");
        files.Read(_directory).Doubt.ShouldBeNull();

        AddName(TrustLimits.DirectoryNames);
        files.Read(_directory).Doubt.ShouldBe("more than 20000 names");
    }

    private void AddName(int number) => File.CreateSymbolicLink(Path.Combine(_directory, $"{number:x}.0"), "nowhere");
}
