namespace TlsMgr.Pool.Serving;

/// <summary>Limits of the service for tlsmgr(8). A test compares them with docs/limits.md.</summary>
public static class ServingLimits
{
    /// <summary>Simultaneous connections: at a reload the old and the new tlsmgr(8), and somebody who looks.</summary>
    public const int Connections = 4;

    /// <summary>Maximum bytes of a message.</summary>
    public const int MessageBytes = 64 * 1024;

    /// <summary>Maximum bytes of a key, without the prefix.</summary>
    public const int KeyBytes = 200;

    /// <summary>Maximum bytes of a value: as base64 it fits into a message.</summary>
    public const int ValueBytes = 44 * 1024;

    /// <summary>
    /// Requests that the server has not answered, of all connections together. Those beyond it fail at once.
    /// </summary>
    public const int Requests = 1024;

    /// <summary>Bytes of the values in those requests; beyond it, requests to store fail at once.</summary>
    public const int RequestBytes = 8 * 1024 * 1024;

    /// <summary>Milliseconds after which a request is answered as failed.</summary>
    public const int RequestMilliseconds = 1000;

    /// <summary>Milliseconds between two checks for such requests.</summary>
    public const int SweepMilliseconds = 50;

    /// <summary>
    /// Bytes that a client has not read above which it is sent no values and no announcements, and its requests wait.
    /// </summary>
    public const int UnreadBytes = 256 * 1024;

    /// <summary>Bytes of replies that are sent at once; fewer wait for the others of the same turn.</summary>
    public const int SentAtOnceBytes = 32 * 1024;

    /// <summary>Seconds without any progress after which a client that does not read is disconnected.</summary>
    public const int UnreadSeconds = 10;

    /// <summary>Milliseconds in which stored sessions are collected for one announcement.</summary>
    public const int AnnounceMilliseconds = 250;

    /// <summary>Sessions of one announcement, 8 bytes each.</summary>
    public const int AnnouncedSessions = 512;

    /// <summary>Announcements that wait for the server; beyond it, sessions are not announced.</summary>
    public const int Announcements = 16;

    /// <summary>
    /// Seconds after which an announcement that failed is made once more: while it learns of a lost server, the library
    /// fails everything for a second.
    /// </summary>
    public const int AnnounceAgainSeconds = 2;

    /// <summary>Seconds between two renewals of the time that a list of announcements has left in the server.</summary>
    public const int AnnounceLifeSeconds = 60;

    /// <summary>Milliseconds between two reads of what other hosts announced.</summary>
    public const int FollowMilliseconds = 250;

    /// <summary>Announcements that are read at a time: some of each host of a large pool.</summary>
    public const int FollowedAtOnce = 64;

    /// <summary>Bytes of announced sessions in one message: as base64 they fit into it.</summary>
    public const int KnownBytes = 32 * 1024;

    /// <summary>Commands that the server's ACL forbids which are kept for administrators.</summary>
    public const int ForbiddenCommands = 16;

    /// <summary>Seconds that a server must work before the log says so.</summary>
    public const int SteadySeconds = 5;
}
