using Shouldly;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>No thread can be made: the service goes on with the one that serves, and in its sandbox.</summary>
[Trait("Needs", "root")]
public sealed class ThreadFaultTests
{
    [Fact]
    public void Without_threads_there_is_a_warning_for_each_and_the_service_goes_on()
    {
        using PreparedBinary binary = PreparedBinary.WithFault("threads");
        using FaultRun run = FaultRun.Start(FaultRun.MakeDirectories(), binary: binary.Path);

        run.Serve(2000);

        run.Daemon.Log.TakeTexts().ShouldBe(
        [
            "warning: watchdog: cannot create thread -- continuing without watchdog",
            "warning: sandbox: cannot create thread -- violations are told by the kernel's log alone",
        ]);
        run.Daemon.StatusOf("Seccomp").ShouldBe("2");
        run.StopLoad();
        run.Daemon.HangUp().ShouldBe(0);
    }
}
