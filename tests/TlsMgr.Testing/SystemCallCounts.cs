using System;
using System.Collections.Generic;
using System.Globalization;

namespace TlsMgr.Testing;

/// <summary>The numbers of system calls of a process while they were counted.</summary>
/// <param name="Waits">
/// Those that wait for events. A loop that polls before it sleeps makes as many as it has time for, which depends on
/// the load of the machine.
/// </param>
/// <param name="Work">All others.</param>
public sealed record SystemCallCounts(long Waits, long Work)
{
    /// <summary>All of them.</summary>
    public long Total => Waits + Work;

    /// <summary>Parses strace's summary, lines of "12345 name"; without any system call there are none.</summary>
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
