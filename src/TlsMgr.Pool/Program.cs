using System;
using TlsMgr.Postfix.Start;

namespace TlsMgr.Pool;

/// <summary>The executable tlspool(8).</summary>
internal static class Program
{
    private static int Main(string[] arguments) =>
        DaemonProgram.Run("tlspool", log => new Startup(log, TimeProvider.System).Run(arguments));
}
