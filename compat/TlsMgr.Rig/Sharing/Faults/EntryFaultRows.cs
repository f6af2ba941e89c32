// The server's own scripts change all entries soon after they were stored, as an operator with malice could. What was
// changed is a miss that the counter sharing.refused has, and nothing that the log has: who can write entries could
// fill it.

using System;
using System.Collections.Generic;
using System.Threading;
using TlsMgr.Rig.Sharing.Servers;

namespace TlsMgr.Rig.Sharing.Faults;

/// <summary>Rows in which an operator changes entries while hosts use them.</summary>
internal sealed class EntryFaultRows(CacheServer server)
{
    // What was changed has two seconds to live, by which it is told from the rest: the script stays short.
    private const string EachKey =
        "for i, key in ipairs(redis.call('KEYS', 'tlspool:*:smtp:*')) do if redis.call('PTTL', key) > 2000 then ";

    private const string Damage = EachKey + "redis.call('APPEND', key, 'x') redis.call('PEXPIRE', key, 2000) end end";
    private const string Forge = EachKey + "redis.call('SET', key, string.rep('x', 220), 'PX', 2000) end end";

    // The value of each key goes to the next one.
    private const string Move = "local last = false " + EachKey + "local value = redis.call('GET', key) "
        + "if last then redis.call('SET', key, last, 'PX', 2000) end last = value end end";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    internal IEnumerable<FaultRow> All() =>
    [
        Row("every entry is damaged", Damage),
        Row("every entry is forged", Forge),
        Row("every entry is moved to another id", Move),
    ];

    private FaultRow Row(string name, string script)
    {
        CancellationTokenSource? stop = null;
        Thread? operation = null;
        return new FaultRow(
            name,
            () =>
            {
                CancellationTokenSource own = stop = new CancellationTokenSource();
                operation = new Thread(() =>
                {
                    using RespClient client = new(server);
                    while (!own.Token.WaitHandle.WaitOne(Interval))
                    {
                        client.Run(script);
                    }
                });
                operation.Start();
            },
            () =>
            {
                stop!.Cancel();
                operation!.Join();
                stop.Dispose();
            })
        {
            // A script over fewer entries leaves more of the machine to the hosts.
            Prepare = () => server.Command("flushall"),
            IsSilent = true,
            IsRefused = true,
        };
    }
}
