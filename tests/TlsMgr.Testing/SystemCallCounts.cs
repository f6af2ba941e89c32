// What a process asked of the kernel while it was counted.

using System;
using System.Collections.Generic;
using System.Globalization;

namespace TlsMgr.Testing;

/// <summary>Numbers of system calls.</summary>
/// <param name="Waits">
/// Those that look for events. A loop that looks before it sleeps makes as many as it has time for, which depends on
/// what else the machine does.
/// </param>
/// <param name="Work">All others.</param>
public sealed record SystemCallCounts(long Waits, long Work)
{
    /// <summary>All of them.</summary>
    public long Total => Waits + Work;

    /// <summary>Reads strace's summary, lines of "12345 name"; a process that did nothing has none.</summary>
    internal static SystemCallCounts Parse(IEnumerable<string> summary)
    {
        long waits = 0;
        long work = 0;
        foreach (string line in summary)
        {
            string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns is not [string number, string name]
                || name == "total"
                || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long calls))
            {
                continue;
            }

            if (name.StartsWith("epoll_", StringComparison.Ordinal) && name.Contains("wait", StringComparison.Ordinal))
            {
                waits += calls;
            }
            else
            {
                work += calls;
            }
        }

        return new SystemCallCounts(waits, work);
    }
}
