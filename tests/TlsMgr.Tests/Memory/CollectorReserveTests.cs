using System.Linq;
using System.Reflection;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Memory;
using Xunit;

namespace TlsMgr.Tests.Memory;

/// <summary>The reserve is as large as what was asked of it, however it got there.</summary>
public sealed class CollectorReserveTests
{
    private const int Connections = 256 * 1024;

    [Fact]
    public void It_grows_by_what_was_asked_and_no_more()
    {
        CollectorReserve reserve = new();
        reserve.HasMemory(1).ShouldBeTrue();
        LengthOf(reserve).ShouldBe(MemoryLimits.CollectorReserveBytes);

        for (int times = 1; times <= 10; times++)
        {
            reserve.TryGrow(Connections).ShouldBeTrue();
            LengthOf(reserve).ShouldBe(MemoryLimits.CollectorReserveBytes + (times * Connections));
        }
    }

    [Fact]
    public void After_a_shortage_it_is_as_large_as_before()
    {
        CollectorReserve reserve = new();
        reserve.TryGrow(Connections).ShouldBeTrue();
        reserve.TryGrow(1L << 48).ShouldBeFalse("more than a processor can address");
        LengthOf(reserve).ShouldBe(0, "the collector may need it");

        reserve.HasMemory(1).ShouldBeTrue();
        LengthOf(reserve).ShouldBe(MemoryLimits.CollectorReserveBytes + Connections);
    }

    private static long LengthOf(CollectorReserve reserve) => reserve.GetType()
        .GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Select(field => field.GetValue(reserve))
        .OfType<ReservedMemory>().Single().LengthBytes;
}
