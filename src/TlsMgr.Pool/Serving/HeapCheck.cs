// The library keeps what a server sends until a reply is complete, whatever its length. The runtime's limit of the heap
// bounds that, but where it is reached, even the runtime may fail. So the process ends before, by a line in the log.

using System;
using TlsMgr.Pool.Servers;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Pool.Serving;

/// <summary>Checks how much of the heap is in use.</summary>
internal static class HeapCheck
{
    private const int Mebibyte = 1024 * 1024;

    /// <summary>Ends the process when a server fills memory.</summary>
    /// <exception cref="FatalException">More than <see cref="StoreLimits.UsedHeapBytes"/> are in use.</exception>
    internal static void Run()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) <= StoreLimits.UsedHeapBytes)
        {
            return;
        }

        GC.Collect();
        if (GC.GetTotalMemory(forceFullCollection: false) > StoreLimits.UsedHeapBytes)
        {
            throw new FatalException(
                $"more than {StoreLimits.UsedHeapBytes / Mebibyte} MiB are in use: the server sends too much");
        }
    }
}
