using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Control;

/// <summary>Who may connect to the control socket when it is full, and what its name may replace.</summary>
[Trait("Needs", "root")]
public sealed partial class ControlAdmissionTests
{
    private const long SetResUid = 117;
    private const int OwnerConnections = 8;

    [Fact]
    public void Connections_of_mail_owner_do_not_lock_root_out()
    {
        using RunningDaemon daemon = new([]);
        string path = Path.Combine(daemon.Directories.Data, "tlsmgr_control");
        List<Socket> clients = ConnectAsOwner(path, OwnerConnections);
        try
        {
            clients.ForEach(client => client.Send("request\0ke"u8));

            for (int i = 0; i < 5; i++)
            {
                CommandOutput output = CommandOutput.Of(
                    PublishedBinary.Control, ["keys", "-c", daemon.Directories.Config]);
                (output.Status, output.Errors).ShouldBe((0, ""));
            }
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public void A_file_that_is_no_socket_is_not_replaced()
    {
        using DaemonDirectories directories = new(["tlsmgr_control_socket = x"]);
        string file = Path.Combine(directories.Data, "x.new");
        File.WriteAllText(file, "precious");
        using RunningDaemon daemon = new(directories);

        daemon.Ask("request|seed|size|1||").ShouldStartWith("status|0|");

        File.ReadAllText(file).ShouldBe("precious");
        daemon.Log.TakeTexts().ShouldContain(text => text.EndsWith(
            "there is a file x.new -- continuing without control socket", StringComparison.Ordinal));
    }

    /// <summary>Connects as mail_owner: the kernel notes the user of the thread that connects.</summary>
    private static List<Socket> ConnectAsOwner(string path, int count)
    {
        List<Socket> clients = [];
        Thread thread = new(() =>
        {
            uint owner = UserIdentity.FindUser("postfix")!.UserId;
            SystemCall(SetResUid, -1, (int)owner, -1).ShouldBe(0);
            for (int i = 0; i < count; i++)
            {
                Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                client.Connect(new UnixDomainSocketEndPoint(path));
                clients.Add(client);
            }
        });
        thread.Start();
        thread.Join();
        clients.Count.ShouldBe(count);
        return clients;
    }

    /// <summary>The system call itself changes the ids of one thread; the C library's function those of all.</summary>
    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial long SystemCall(long number, long real, long effective, long saved);
}
