using System;
using System.Buffers;
using System.Linq;
using Shouldly;
using TlsMgr.Postfix.Logging;
using TlsMgr.Requests.Common;
using TlsMgr.Tests.Memory;
using TlsMgr.Tests.Protocol;
using Xunit;

namespace TlsMgr.Tests.Requests.Common;

/// <summary>Clients that cause many warnings: at ordinary rates each one is written, of a flood the number.</summary>
public sealed class FaultWarningLimiterTests : IDisposable
{
    private const string Bogus = "request|policy|cache_type|bogus||";
    private const string BogusWarning = "warning: bogus cache type \"bogus\" in \"policy\" request";
    private const int Excess = 500;

    private readonly ServiceRig _rig = new(logLevel: "0");

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Every_warning_of_an_ordinary_second_is_written()
    {
        for (int second = 0; second < 3; second++)
        {
            Flood(Bogus, DispatchLimits.FaultWarningsPerSecond);
            _rig.TakeRecords().ShouldBe(Enumerable.Repeat(BogusWarning, DispatchLimits.FaultWarningsPerSecond));
            _rig.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        PassMinute();
        _rig.TakeRecords().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Bogus)]
    [InlineData("request|seed|size|256||")]
    [InlineData("request|seed|size|x||")]
    [InlineData("request|tktkey|keyname|QUJD||")]
    [InlineData("request|lookup|cache_type|smtpd||")]
    [InlineData("request|seed|size|32|x|y||")]
    public void Warnings_above_the_limit_are_counted_and_their_number_is_logged_once_a_minute(string request)
    {
        Flood(request, DispatchLimits.FaultWarningsPerSecond + Excess);
        _rig.TakeRecords().Count.ShouldBe(DispatchLimits.FaultWarningsPerSecond);
        _rig.Clock.Advance(TimeSpan.FromSeconds(1));
        Flood(request, DispatchLimits.FaultWarningsPerSecond + 1);
        _rig.TakeRecords().Count.ShouldBe(DispatchLimits.FaultWarningsPerSecond);

        PassMinute();
        _rig.TakeRecords().ShouldBe(
            [$"warning: {Excess + 1} warnings of faulty requests from tlsmgr socket were left out"]);
        PassMinute();
        _rig.TakeRecords().ShouldBeEmpty("there were no more");
        _rig.Counters.Faults.Sum.ShouldBe(
            (2 * DispatchLimits.FaultWarningsPerSecond) + Excess + 1, "the statistics count all");
    }

    [Fact]
    public void The_text_of_a_suppressed_warning_is_not_formatted()
    {
        Flood(Bogus, DispatchLimits.FaultWarningsPerSecond + 1);
        byte[] message = Wire.Bytes(Bogus);
        ArrayBufferWriter<byte> reply = new(64 * 1024);

        AllocatedBytes.PerBatch(() => _rig.Service.Serve(message, reply)).ShouldBe(0);
    }

    private void Flood(string request, int count)
    {
        byte[] message = Wire.Bytes(request);
        ArrayBufferWriter<byte> reply = new();
        for (int i = 0; i < count; i++)
        {
            reply.ResetWrittenCount();
            _rig.Service.Serve(message, reply);
            reply.WrittenCount.ShouldBeGreaterThan(0);
        }
    }

    private void PassMinute()
    {
        _rig.Clock.Advance(TimeSpan.FromSeconds(LogLimits.RepeatedWarningSeconds));
        _rig.Timers.RunDue();
    }
}
