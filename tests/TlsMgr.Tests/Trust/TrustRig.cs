// main.cf, master.cf and the files that they name, and the reload digests of all that.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;
using TlsMgr.Testing;
using TlsMgr.Trust;

namespace TlsMgr.Tests.Trust;

internal sealed class TrustRig : IDisposable
{
    internal static readonly string[] Caches = ["smtpd", "smtp", "lmtp"];

    public TrustRig()
    {
        Directory.CreateDirectory(PathOf("queue"));
        Directory.CreateDirectory(PathOf("daemons"));
    }

    internal string Root { get; } = Directory.CreateTempSubdirectory("tlsmgr-trust-").FullName;

    internal TimeProvider Clock { get; set; } = new ManualClock();

    /// <summary>The lines of main.cf behind the necessary ones; <c>DIR</c> stands for the directory.</summary>
    internal string MainCf { get; set; } = "";

    /// <summary>master.cf; null for none.</summary>
    internal string? MasterCf { get; set; }

    /// <summary>What the command line of tlsmgr itself sets.</summary>
    internal string[] Options { get; set; } = [];

    internal string PathOf(string name) => Path.Combine(Root, name);

    internal string Write(string name, string content)
    {
        File.WriteAllText(PathOf(name), content);
        return PathOf(name);
    }

    internal TrustDigest Digest(string cache) => Evaluate()[cache];

    internal IReadOnlyDictionary<string, TrustDigest> Evaluate(params string[] caches)
    {
        ParameterStore store = LoadStore(out PostfixParameters postfix);
        return TrustEvaluation.Evaluate(store, postfix, caches.Length == 0 ? Caches : caches, Clock);
    }

    /// <summary>The policy that hosts of a pool must have in common.</summary>
    internal PoolPolicy EvaluatePolicy()
    {
        ParameterStore store = LoadStore(out PostfixParameters postfix);
        return PoolPolicy.Evaluate(store, postfix, Clock);
    }

    /// <summary>The caches whose digest is another one after something was done.</summary>
    internal string[] ChangedBy(Action change)
    {
        IReadOnlyDictionary<string, TrustDigest> before = Evaluate();
        change();
        IReadOnlyDictionary<string, TrustDigest> after = Evaluate();
        foreach (string cache in Caches)
        {
            before[cache].Doubtful.ShouldBeNull();
            after[cache].Doubtful.ShouldBeNull();
        }

        return [.. Caches.Where(cache => !before[cache].Value.SequenceEqual(after[cache].Value))];
    }

    /// <summary>The names of a digest's inputs without the files that every installation has.</summary>
    internal string[] InputsOf(string cache) =>
    [
        .. Digest(cache).Inputs.Select(input => input.Name.Replace(Root, "DIR", StringComparison.Ordinal))
            .Where(name => !name.StartsWith("DIR/daemons/", StringComparison.Ordinal)
                && !name.EndsWith("/openssl.cnf", StringComparison.Ordinal)),
    ];

    /// <summary>The parameters alone.</summary>
    internal ParameterStore LoadStore() => LoadStore(out _);

    public void Dispose() => Directory.Delete(Root, recursive: true);

    /// <summary>The parameters, and where Postfix's daemons work.</summary>
    internal ParameterStore LoadStore(out PostfixParameters postfix)
    {
        Write("main.cf",
            $"""
            queue_directory = {PathOf("queue")}
            daemon_directory = {PathOf("daemons")}
            myhostname = mail.example.com
            mail_owner = {(UserIdentity.UserId == 0 ? "postfix" : Environment.UserName)}
            {Filled(MainCf)}

            """);
        if (MasterCf is { } masterCf)
        {
            Write("master.cf", Filled(masterCf));
        }

        ProcessDescription process = new(Root, "vm", "tlsmgr", 1, "/nonexistent");
        ParameterStore store = ParameterStore.Read(process, new Log());
        postfix = PostfixParameters.Load(store, DaemonOptions.Parse(Options), process);
        return store;
    }

    private string Filled(string text) => text.Replace("DIR", Root, StringComparison.Ordinal);
}
