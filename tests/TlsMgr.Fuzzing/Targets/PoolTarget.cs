using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using TlsMgr.Tests.Sharing;

namespace TlsMgr.Fuzzing.Targets;

/// <summary>
/// What tlspool sends while two lookups wait, a session and a removal are under way, and its state is asked for. Whatever
/// it is, nobody waits in the end, and each client has got its reply.
/// </summary>
internal sealed class PoolTarget : FuzzTarget
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tlsmgr-fuzzing-");
    private readonly SharingHost _host;
    private int _run;

    internal PoolTarget() => _host = new SharingHost([], SharingHost.NewState(_directory.FullName));

    internal override IEnumerable<byte[]> Seeds =>
    [
        Bytes("number|4|status|-1|value|||number|3|status|0|value|AAAA||"),
        Bytes("number|3|status|-2|value|||number|5|status|0||number|6|status|-1||"),
        Bytes("number|0|status|0|known|AAAAAAAAAAA=||number|0|status|0|reachable|0|reason|no route||"),
        Bytes("number|0|status|0|reachable|1|reason|||number|1|status|0|state|up|version|8.1||"),
        Bytes("number|2147483647|status|0||"),
    ];

    public override void Dispose()
    {
        _host.Dispose();
        _directory.Delete(recursive: true);
    }

    internal override void Run(ReadOnlySpan<byte> input)
    {
        _run++;
        _host.Connected();
        using HostClient one = _host.Client();
        using HostClient other = _host.Client();
        one.Send(SharingHost.Lookup("smtp", $"one {_run}"));
        other.Send(SharingHost.Lookup("lmtp", $"other {_run}"));
        _host.Store("smtp", $"stored {_run}", "session");
        _host.Delete("smtp", $"removed {_run}");
        string? fault = _host.Link.Send(input);
        _host.Sharing.OnDisconnected(fault ?? "end");
        one.Turn();
        other.Turn();
        _host.Pass(milliseconds: 61_000);
        if (_host.Figure("waiting") != 0)
        {
            throw new InvalidOperationException("a lookup has no end");
        }
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text.Replace('|', '\0'));
}
