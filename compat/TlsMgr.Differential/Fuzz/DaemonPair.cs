// The original and ours, both running with the same main.cf, to be asked the same things in the same order.

using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Differential.Drivers;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Fuzz;

/// <summary>What came of one conversation with one daemon.</summary>
/// <param name="Replies">All bytes that came, masked; a part for each request and one for the last.</param>
/// <param name="Log">The log records.</param>
internal sealed record Answer(IReadOnlyList<string> Replies, IReadOnlyList<string> Log);

/// <summary>Two daemons.</summary>
internal sealed class DaemonPair : IDisposable
{
    private readonly RunningOne _original;
    private readonly RunningOne _ours;

    /// <summary>Starts both.</summary>
    /// <param name="original">The distribution's tlsmgr.</param>
    /// <param name="ours">Ours.</param>
    /// <param name="quiet">How long nothing must come until a daemon has nothing more to say.</param>
    internal DaemonPair(string original, string ours, TimeSpan quiet)
    {
        PostfixVersion version = PostfixVersion.Of(original);
        _original = new RunningOne(original, version, quiet);
        _ours = new RunningOne(ours, version, quiet);
    }

    /// <summary>Has the conversation with both.</summary>
    internal (Answer Theirs, Answer Ours) Play(Conversation conversation) =>
        (_original.Play(conversation), _ours.Play(conversation));

    public void Dispose()
    {
        _original.Dispose();
        _ours.Dispose();
    }

    private sealed class RunningOne : IDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

        private readonly PostfixVersion _version;
        private readonly TimeSpan _quiet;
        private readonly DaemonDirectories _directories;
        private readonly LogCollector _log;
        private readonly FakeMaster _master;
        private readonly Masking _masking;

        internal RunningOne(string binary, PostfixVersion version, TimeSpan quiet)
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

        internal Answer Play(Conversation conversation)
        {
            using Client client = new(_directories.ServiceSocket);
            client.ReadLists(_version.Greetings, Patience);
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
            return new Answer(replies, [.. _log.Take().Select(_masking.Record)]);
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
