// The rig's entry: reads the command line and runs one verb, which removes its instances also after a failure or
// Ctrl-C. Exit status: 0 success, 1 a fault of the daemon, 2 a fault of the rig or its environment.

using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using CommandLine;
using TlsMgr.Rig;
using TlsMgr.Rig.Doctor;
using TlsMgr.Rig.Pool;
using TlsMgr.Rig.Recording;
using TlsMgr.Rig.Sharing;
using TlsMgr.Rig.Trust;

const int RigFault = 2;

using CancellationTokenSource interruption = new();
void Interrupt(PosixSignalContext context)
{
    context.Cancel = true;
    interruption.Cancel();
}

using PosixSignalRegistration onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using PosixSignalRegistration onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
using PosixSignalRegistration onHangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Interrupt);

try
{
    ParserResult<object> verb = Parser.Default
        .ParseArguments<
            RunOptions, CheckOptions, TrustOptions, DoctorOptions, PoolOptions, SharingOptions, RecordOptions>(args);
    return verb.MapResult(
        (RunOptions options) => RunVerb.Execute(options, Console.Out, interruption.Token),
        (CheckOptions options) => CheckVerb.Execute(options, Console.Out, interruption.Token),
        (TrustOptions options) => TrustVerb.Execute(options, Console.Out, interruption.Token),
        (DoctorOptions options) => DoctorVerb.Execute(options, Console.Out, interruption.Token),
        (PoolOptions options) => PoolVerb.Execute(options, Console.Out, interruption.Token),
        (SharingOptions options) => SharingVerb.Execute(options, Console.Out, interruption.Token),
        (RecordOptions options) => RecordVerb.Execute(options, Console.Out, interruption.Token),
        static errors => errors.IsHelp() || errors.IsVersion() ? 0 : RigFault);
}
catch (Exception fault) when (fault is RigException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"error: {fault.Message}");
    return RigFault;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("error: interrupted; both Postfix instances are stopped and their files removed");
    return RigFault;
}
