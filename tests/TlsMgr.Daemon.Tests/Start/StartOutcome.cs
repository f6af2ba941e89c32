using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using TlsMgr.Testing;

namespace TlsMgr.Daemon.Tests.Start;

/// <summary>The outcome of one start under the fake master: a reply to a client, or an exit before it.</summary>
/// <param name="Kind">A few words: one of the constants, or the exit status.</param>
/// <param name="Log">The texts that were logged.</param>
/// <param name="ExitStatus">The exit status, or minus the signal; null when the test had to kill the process.</param>
internal sealed record StartOutcome(string Kind, IReadOnlyList<string> Log, int? ExitStatus)
{
    internal const string Serves = "serves";
    internal const string Fatal = "fatal";
    internal const string DoesNotStart = "does not start";

    /// <summary>Where exit_group(2) is refused: other threads would outlive the main thread otherwise.</summary>
    internal const string ServesAndIsKilled = "serves; ends by SIGKILL";

    private const int KillSignal = 9;
    private const string Seed = "request|seed|size|32||";
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <summary>Starts a daemon, asks it for a seed, and lets it end.</summary>
    /// <param name="binary">The daemon's file.</param>
    /// <param name="runner">What starts it in master's place, see <see cref="FakeMaster"/>.</param>
    /// <param name="mainCf">Lines of main.cf.</param>
    internal static StartOutcome Of(string binary, IReadOnlyList<string> runner, params string[] mainCf)
    {
        using DaemonDirectories directories = new(
            ["smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache", .. mainCf]);
        using PostlogSocket log = new(directories.PostlogSocket);
        using FakeMaster master = FakeMaster.Start(binary, directories, ["-u", "-c"], runner);
        string? reply = Ask(master);
        if (reply is not null)
        {
            master.HangUp();
        }

        int? status = master.Process.WaitForExit(reply is null ? TimeSpan.Zero : Timeout);
        if (status is null)
        {
            master.Process.Signal(KillSignal);
        }

        IReadOnlyList<string> texts = log.TakeTexts();
        string kind = reply is null ? KindOfEnd(status, texts) : KindOfService(reply, status, texts);
        return new StartOutcome(kind, texts, status);
    }

    /// <summary>Returns the reply: empty when the connection was closed, null after an exit or a hang.</summary>
    private static string? Ask(FakeMaster master)
    {
        using AttributeClient client = master.Connect(Timeout);
        if (!HasReply(master, client))
        {
            return null;
        }

        try
        {
            client.ReadList();
            client.SendBytes(RunningDaemon.Bytes(Seed));
            return HasReply(master, client) ? RunningDaemon.Text(client.ReadList()) : null;
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static bool HasReply(FakeMaster master, AttributeClient client)
    {
        long start = Stopwatch.GetTimestamp();
        while (!client.HasInput)
        {
            if (master.Process.WaitForExit(Step) is not null || Stopwatch.GetElapsedTime(start) > Timeout)
            {
                return false;
            }
        }

        return true;
    }

    private static string KindOfService(string reply, int? status, IReadOnlyList<string> texts)
    {
        string service = reply.StartsWith("status|0|seed|", StringComparison.Ordinal) ? Serves : "fails requests";
        string warns = texts.Any(text => text.StartsWith("warning:", StringComparison.Ordinal)) ? ", warns" : "";
        return status switch
        {
            0 => service + warns,
            -KillSignal => service + warns + "; ends by SIGKILL",
            null => service + warns + "; does not end",
            _ => service + warns + $"; ends with {status}",
        };
    }

    private static string KindOfEnd(int? status, IReadOnlyList<string> texts) => status switch
    {
        null => "hangs",
        1 when texts.Count(IsFatal) == 1 && texts.All(text => IsFatal(text) || IsLesser(text)) => Fatal,
        0 or 1 when texts.Count == 0 => "ends without a word",
        126 or 127 when texts.Count == 0 => DoesNotStart,
        _ => $"ends with {status}",
    };

    private static bool IsFatal(string text) => text.StartsWith("fatal:", StringComparison.Ordinal);

    private static bool IsLesser(string text) =>
        text.StartsWith("warning:", StringComparison.Ordinal) || text.StartsWith("error:", StringComparison.Ordinal);
}
