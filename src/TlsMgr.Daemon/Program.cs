using System;
using TlsMgr.Postfix.Start;

namespace TlsMgr.Daemon;

/// <summary>The executable tlsmgr(8).</summary>
internal static class Program
{
    private static int Main(string[] arguments) =>
        DaemonProgram.Run("tlsmgr", log => new Startup(log, TimeProvider.System).Run(arguments));
}
