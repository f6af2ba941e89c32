namespace TlsMgr.Control.Client;

/// <summary>Removes the sessions whose ids match a pattern, some with each request.</summary>
internal static class MatchingRemoval
{
    /// <summary>The sessions that one request lists, between which clients are served.</summary>
    private const int PageSessions = 1000;

    /// <summary>Removes them.</summary>
    /// <param name="connection">The daemon.</param>
    /// <param name="cache">The cache.</param>
    /// <param name="pattern">Which ids.</param>
    /// <param name="position">The start of the cache; afterwards it knows why the daemon refused the walk.</param>
    /// <param name="removed">How many were removed.</param>
    /// <returns>Whether the end of the cache was reached; false when it is off, or has failed meanwhile.</returns>
    /// <exception cref="NoReplyException">A reply is malformed.</exception>
    internal static bool Run(
        ServiceConnection connection, string cache, IdPattern pattern, WalkPosition position, out long removed)
    {
        removed = 0;
        do
        {
            if (ControlRequests.List(connection, cache, PageSessions, position) is not { } sessions)
            {
                return false;
            }

            foreach (ListedSession session in sessions)
            {
                if (pattern.Matches(session.Id))
                {
                    int status = ControlRequests.Delete(connection, cache, session.Id);
                    removed += status == 0 ? 1 : 0;
                    if (status < -1)
                    {
                        return false;
                    }
                }
            }
        }
        while (!position.IsAtEnd);

        return true;
    }
}
