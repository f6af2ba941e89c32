using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Differential.Drivers;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Fuzz;

/// <summary>The result of one conversation with one daemon.</summary>
/// <param name="Replies">
/// All received bytes, masked: a part for each request, one for the last bytes, then how it ended.
/// </param>
/// <param name="Log">The log records.</param>
internal sealed record ConversationResult(IReadOnlyList<string> Replies, IReadOnlyList<string> Log);

/// <summary>
/// Postfix's tlsmgr and ours, running with the same main.cf; both get the same conversations in the same order.
/// </summary>
internal sealed class DaemonPair : IDisposable
{
    private readonly RunningDaemon _postfix;
    private readonly RunningDaemon _ours;

    /// <summary>Starts both.</summary>
    /// <param name="postfix">The path of the distribution's tlsmgr.</param>
    /// <param name="ours">The path of ours.</param>
    /// <param name="quiet">
    /// The quiet time: when nothing has arrived for that long, a daemon has sent everything.
    /// </param>
    internal DaemonPair(string postfix, string ours, TimeSpan quiet)
    {
        PostfixVersion version = PostfixVersion.Of(postfix);
        _postfix = new RunningDaemon(postfix, version, quiet);
        _ours = new RunningDaemon(ours, version, quiet);
    }

    /// <summary>Runs the conversation with both.</summary>
    internal (ConversationResult Theirs, ConversationResult Ours) Run(Conversation conversation) =>
        (_postfix.Run(conversation), _ours.Run(conversation));

    public void Dispose()
    {
        _postfix.Dispose();
        _ours.Dispose();
    }

    private sealed class RunningDaemon : IDisposable
    {
        private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

        private readonly PostfixVersion _version;
        private readonly TimeSpan _quiet;
        private readonly DaemonDirectories _directories;
        private readonly LogCollector _log;
        private readonly FakeMaster _master;
        private readonly Masking _masking;

        internal RunningDaemon(string binary, PostfixVersion version, TimeSpan quiet)
        {
            _version = version;
            _quiet = quiet;
            _directories = new DaemonDirectories(
                $"mail_version = {version}",
                "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache",
                "smtp_tls_session_cache_database = btree:${data_directory}/smtp_scache",
                "ipc_timeout = 5s");
            System.IO.File.SetLastWriteTimeUtc(
                System.IO.Path.Combine(_directories.Config, "main.cf"), DateTime.UtcNow.AddHours(-1));
            _log = new LogCollector(_directories.PostlogSocket);
            _master = FakeMaster.Start(binary, _directories, ["-u"]);
            _masking = new Masking(_directories.Root);
        }

        internal ConversationResult Run(Conversation conversation)
        {
            using Client client = new(_directories.ServiceSocket);
            client.ReadLists(_version.Greetings, Timeout);
            List<string> replies = [];
            foreach (byte[] request in conversation.Requests)
            {
                client.Send(request);
                replies.Add(_masking.Bytes(client.ReadLists(1, _quiet)));
            }

            foreach (byte[] piece in conversation.Last)
            {
                client.Send(piece);
            }

            client.CloseSending();
            replies.Add(_masking.Bytes(client.Read(_quiet)));
            replies.Add(client.IsClosed ? "closed" : "left open");
            return new ConversationResult(replies, [.. _log.Take().Select(_masking.Record)]);
        }

        public void Dispose()
        {
            _master.Dispose();
            _log.Dispose();
            System.IO.File.Delete(_directories.PostlogSocket);
            _directories.Dispose();
        }
    }
}
