using System.Collections.Generic;

namespace TlsMgr.Pool.Serving;

/// <summary>What the service counts, for the state.</summary>
internal sealed class ServiceCounters
{
    private readonly SortedSet<string> _forbidden = new(System.StringComparer.Ordinal);

    /// <summary>Values stored.</summary>
    internal long Puts { get; set; }

    /// <summary>Values asked for.</summary>
    internal long Gets { get; set; }

    /// <summary>Requests that the server did not do.</summary>
    internal long Errors { get; set; }

    /// <summary>The commands that the server's ACL forbids, as far as this connection tried them.</summary>
    internal string ForbiddenCommands => string.Join(' ', _forbidden);

    /// <summary>Adds such a command.</summary>
    internal void Forbid(string command)
    {
        // A server chooses the text: few names of few characters are kept.
        if (_forbidden.Count < ServingLimits.ForbiddenCommands && command.Length <= 32)
        {
            _forbidden.Add(command);
        }
    }

    /// <summary>Forgets them: another connection may have other rights.</summary>
    internal void ForgetForbidden() => _forbidden.Clear();
}
