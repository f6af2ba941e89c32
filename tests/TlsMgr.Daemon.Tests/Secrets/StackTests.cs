using System;
using System.Text;
using System.Threading;
using Shouldly;
using Xunit;

namespace TlsMgr.Daemon.Tests.Secrets;

/// <summary>
/// Copies on the stack are erased when they were sent. A next request would overwrite them: none is made here.
/// </summary>
[Trait("Needs", "root")]
public sealed class StackTests : IDisposable
{
    private const int WindowBytes = 16;

    private readonly RunningDaemon _daemon = new(options: ["-u", "-c"]);

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public void No_part_of_a_seed_stays_on_the_stack()
    {
        byte[] seed = AskForData("request|seed|size|255||");

        ShouldBeGone(seed, 0, seed.Length, copies: 0);
    }

    [Fact]
    public void No_part_of_a_ticket_key_stays_on_the_stack()
    {
        byte[] key = AskForData("request|tktkey|keyname|||");

        // The ring has its secrets once; the name is public.
        ShouldBeGone(key, 16, 80, copies: 1);
    }

    /// <summary>Returns the data of a reply, as soon as the reply itself is erased.</summary>
    private byte[] AskForData(string request)
    {
        string text = _daemon.Ask(request).Split('|')[3];
        byte[] sent = Encoding.ASCII.GetBytes(text[24..(24 + (2 * WindowBytes))]);
        SpinWait.SpinUntil(
            () => ProcessMemory.Find(_daemon.Master.Process.Id, sent).Count == 0, PublishedBinary.Timeout)
            .ShouldBeTrue();
        return Convert.FromBase64String(text);
    }

    private void ShouldBeGone(byte[] data, int start, int end, int copies)
    {
        for (int place = start; place + WindowBytes <= end; place += WindowBytes)
        {
            ProcessMemory.Find(_daemon.Master.Process.Id, data[place..(place + WindowBytes)]).Count
                .ShouldBe(copies, $"from byte {place}");
        }
    }
}
