// Descriptors for clients come first: they are held, as duplicates, while the daemon opens what it can serve without.
// Order: create it before files are opened; HoldForClients when the files that every request needs are open; Grants for
// everything else; HandOut before that is opened; Dispose before the sandbox.

using System;
using System.Collections.Generic;
using System.Globalization;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Process;

/// <summary>Divides few descriptors (RLIMIT_NOFILE) between clients and what gives way to them.</summary>
public sealed class DescriptorBudget : IDisposable
{
    private const int Duplicated = 0;

    private readonly List<int> _held = [];
    private readonly List<string> _refused = [];

    /// <summary>Holds the descriptors of one client and of the sandbox.</summary>
    /// <exception cref="FatalException">There are none: no client could be served.</exception>
    public DescriptorBudget()
    {
        if (!TryHold(ProcessLimits.EssentialDescriptors))
        {
            string limit = ResourceLimit.Descriptors.ToString(CultureInfo.InvariantCulture);
            Dispose();
            throw new FatalException($"no descriptor is left for a client: RLIMIT_NOFILE is {limit}");
        }
    }

    /// <summary>Holds the descriptors of as many clients as are served before anything else gets some.</summary>
    public void HoldForClients() => TryHold(ProcessLimits.ClientDescriptors);

    /// <summary>
    /// Whether there are descriptors beyond those of the clients; they are held until <see cref="HandOut"/>.
    /// </summary>
    /// <param name="user">What would use them, for the log.</param>
    /// <param name="count">How many it uses.</param>
    public bool Grants(string user, int count)
    {
        int before = _held.Count;
        if (before >= ProcessLimits.ClientDescriptors && TryHold(before + count))
        {
            return true;
        }

        Release(before);
        _refused.Add(user);
        return false;
    }

    /// <summary>Frees what was granted.</summary>
    public void HandOut() => Release(ProcessLimits.ClientDescriptors);

    /// <summary>Logs what was refused.</summary>
    public void Report(Log log)
    {
        if (_refused.Count > 0)
        {
            string limit = ResourceLimit.Descriptors.ToString(CultureInfo.InvariantCulture);
            string users = string.Join(", ", _refused);
            log.Warning($"RLIMIT_NOFILE is {limit} -- continuing without {users}, so that clients are served");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Release(0);

    /// <summary>
    /// Holds a number of descriptors in total; false when the limit is reached. Another error is not a lack of them.
    /// </summary>
    private bool TryHold(int total)
    {
        while (_held.Count < total)
        {
            int descriptor = FileDescriptor.Duplicate(Duplicated);
            if (descriptor < 0)
            {
                return descriptor != -Errno.ProcessDescriptorLimit;
            }

            _held.Add(descriptor);
        }

        return true;
    }

    private void Release(int kept)
    {
        for (int i = _held.Count - 1; i >= kept; i--)
        {
            FileDescriptor.Close(_held[i]);
            _held.RemoveAt(i);
        }
    }
}
