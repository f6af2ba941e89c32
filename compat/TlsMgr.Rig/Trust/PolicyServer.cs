// A socketmap server (socketmap_table(5)) that has the same answer for every key: netstrings "N:NAME KEY," and
// "N:OK VALUE,".

using System;
using System.IO;
using System.Net.Sockets;
using System.Text;
using System.Threading;

namespace TlsMgr.Rig.Trust;

/// <summary>Serves one TLS policy.</summary>
internal sealed class PolicyServer : IDisposable
{
    private const UnixFileMode ForEverybody =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    internal PolicyServer(string path)
    {
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, ForEverybody);
        _listener.Listen();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    /// <summary>The policy of every destination.</summary>
    internal string Policy { get; set; } = "";

    public void Dispose() => _listener.Dispose();

    private void Accept()
    {
        try
        {
            while (true)
            {
                Socket client = _listener.Accept();
                new Thread(() => Serve(client)) { IsBackground = true }.Start();
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The rig ends.
        }
    }

    private void Serve(Socket client)
    {
        using NetworkStream stream = new(client, ownsSocket: true);
        try
        {
            while (ReadRequest(stream))
            {
                string reply = $"OK {Policy}";
                stream.Write(Encoding.ASCII.GetBytes($"{reply.Length}:{reply},"));
            }
        }
        catch (IOException)
        {
            // The client has gone.
        }
    }

    private static bool ReadRequest(NetworkStream stream)
    {
        int length = 0;
        int value;
        while ((value = stream.ReadByte()) is >= '0' and <= '9')
        {
            length = (length * 10) + value - '0';
        }

        if (value < 0)
        {
            return false;
        }

        stream.ReadExactly(new byte[length + 1]);
        return true;
    }
}
