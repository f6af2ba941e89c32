using System.IO;
using Shouldly;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;
using Xunit;

namespace TlsMgr.Tests.Config;

/// <summary>Values and files at the bounds.</summary>
public sealed class ConfigBoundTests : System.IDisposable
{
    private const long MasterCfBytes = 16 * 1024 * 1024;

    private readonly ScratchDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("2147483647s", 2147483647)]
    [InlineData("35791393m", 2147483580)]
    [InlineData("596522h", 2147479200)]
    [InlineData("24854d", 2147385600)]
    [InlineData("3549w", 2146435200)]
    public void The_longest_time_in_each_unit_is_taken(string text, int seconds) =>
        ReadPeriod(text).ShouldBe(seconds);

    [Theory]
    [InlineData("2147483648s")]
    [InlineData("35791394m")]
    [InlineData("596523h")]
    [InlineData("24855d")]
    [InlineData("3550w")]
    [InlineData("99999999999999999999w")]
    public void A_longer_time_is_refused(string text) =>
        Should.Throw<FatalException>(() => ReadPeriod(text))
            .Message.ShouldBe($"parameter tls_random_reseed_period: bad time value or unit: {text}");

    [Theory]
    [InlineData(MasterCfBytes, null)]
    [InlineData(MasterCfBytes + 1, "the file is too large")]
    public void A_master_cf_is_read_up_to_the_bound(long lengthBytes, string? fault)
    {
        string path = _directory.Write("master.cf", "");
        using (StreamWriter file = new(path))
        {
            file.WriteLine("tlsmgr unix - - y 1000? 1 tlsmgr");
            string comment = "#" + new string('x', 4094) + "\n";
            for (long written = 0; written + (2 * comment.Length) < lengthBytes; written += comment.Length)
            {
                file.Write(comment);
            }

            file.Write('#');
            file.Flush();
            file.Write(new string('x', (int)(lengthBytes - file.BaseStream.Length)));
        }

        new FileInfo(path).Length.ShouldBe(lengthBytes);
        if (fault is null)
        {
            MasterCfFile.Read(path).Find("tlsmgr").ShouldNotBeNull();
        }
        else
        {
            Should.Throw<FatalException>(() => MasterCfFile.Read(path)).Message.ShouldBe($"open {path}: {fault}");
        }
    }

    private static int ReadPeriod(string text) =>
        ParameterValue.TimeSeconds(new ParameterDefinition("tls_random_reseed_period", "3600s", 1), text);
}
