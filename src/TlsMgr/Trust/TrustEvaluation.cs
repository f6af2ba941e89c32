// The reload digests of this installation: main.cf, what the entries of master.cf override, and what both name. To be
// evaluated with the rights that Postfix's daemons have when they read all this: those of root, before the jail.
//
// Parameters that nobody sets have the defaults of the program that reads them. The digest covers the programs, so that
// an upgrade that changes a default counts: the release alone is not enough, for Debian's 3.11 does not tell it.

using System;
using System.Collections.Generic;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Trust;

/// <summary>The reload digests, one for each cache.</summary>
public sealed class TrustEvaluation
{
    private const string MasterCfName = "master.cf";

    private readonly TrustCollector _collector;
    private readonly ParameterStore _store;
    private CacheUsers _defaultStoreUsers;

    private TrustEvaluation(ParameterStore store, PostfixParameters postfix, CacheUsers wanted, TrustFiles files)
    {
        _store = store;
        _collector = new TrustCollector(files, postfix.QueueDirectory, wanted);
        Dictionary<string, string> mainCf = TakeMainCf();
        TakeMasterCf(mainCf);
        TakeOpenSsl();
        _collector.AddPath(CacheUsers.Smtpd, $"{postfix.DaemonDirectory}/smtpd");
        _collector.AddPath(CacheUsers.Smtp, $"{postfix.DaemonDirectory}/smtp");
        _collector.AddPath(CacheUsers.Lmtp, $"{postfix.DaemonDirectory}/lmtp");
    }

    /// <summary>Evaluates the digests. Never fails: what cannot be read counts as changed.</summary>
    /// <param name="store">The parameters, those of <paramref name="postfix"/> loaded.</param>
    /// <param name="postfix">Where Postfix's daemons work.</param>
    /// <param name="caches">The names of the caches whose digests are wanted: smtpd, smtp, lmtp.</param>
    /// <param name="clock">Its monotonic clock.</param>
    public static IReadOnlyDictionary<string, TrustDigest> Evaluate(
        ParameterStore store, PostfixParameters postfix, IReadOnlyCollection<string> caches, TimeProvider clock) =>
        Evaluate(store, postfix, caches, new TrustFiles(clock, postfix.QueueDirectory));

    /// <summary>The same with files that another evaluation has read, or is to read.</summary>
    internal static IReadOnlyDictionary<string, TrustDigest> Evaluate(
        ParameterStore store, PostfixParameters postfix, IReadOnlyCollection<string> caches, TrustFiles files)
    {
        CacheUsers wanted = CacheUsers.None;
        foreach (string cache in caches)
        {
            wanted |= UsersOfCache(cache);
        }

        Dictionary<string, TrustDigest> digests = [];
        if (wanted != CacheUsers.None)
        {
            TrustEvaluation evaluation = new(store, postfix, wanted, files);
            foreach (string cache in caches)
            {
                digests[cache] = evaluation._collector.DigestOf(UsersOfCache(cache));
            }
        }

        return digests;
    }

    /// <summary>The entries of the master.cf beside main.cf; null when master(8) cannot take it.</summary>
    internal static IReadOnlyList<MasterCfEntry>? ReadEntries(ParameterStore store, out string fault)
    {
        try
        {
            MasterCfFile masterCf = MasterCfFile.Read(
                $"{store.FilePath[..store.FilePath.LastIndexOf('/')]}/{MasterCfName}");
            fault = masterCf.Fault ?? "";
            return masterCf.Fault is null ? masterCf.Entries : null;
        }
        catch (FatalException reason)
        {
            fault = reason.Message;
            return null;
        }
    }

    private static CacheUsers UsersOfCache(string cache) => cache switch
    {
        "smtpd" => CacheUsers.Smtpd,
        "smtp" => CacheUsers.Smtp,
        _ => CacheUsers.Lmtp,
    };

    private Dictionary<string, string> TakeMainCf()
    {
        Dictionary<string, string> values = [];
        ParameterStore mainCf = _store.For("", "", []);
        foreach (string name in mainCf.SetNames)
        {
            CacheUsers users = TrustParameters.UsersOf(name);
            if (users != CacheUsers.None)
            {
                string value = mainCf.ExpandOrRaw(name);
                values[name] = value;
                Take(users, name, name, value);
            }
        }

        return values;
    }

    private void TakeMasterCf(Dictionary<string, string> mainCf)
    {
        if (ReadEntries(_store, out string fault) is not { } entries)
        {
            _collector.Add(CacheUsers.All, TrustInput.Unreadable(MasterCfName, fault));
            return;
        }

        foreach (MasterCfEntry entry in entries)
        {
            if (TrustParameters.UsersOfProgram(entry.Command) is not CacheUsers.None and var users)
            {
                TakeEntry(entry, users, mainCf);
            }
        }
    }

    /// <summary>What is in force for an entry beside what main.cf says.</summary>
    private void TakeEntry(MasterCfEntry entry, CacheUsers users, Dictionary<string, string> mainCf)
    {
        string place = $"{entry.Service}/{entry.Type}: ";
        ProgramOverrides overrides = new(entry);
        foreach (string faulty in overrides.Faulty)
        {
            _collector.Add(users, TrustInput.OfText($"{place}-o {faulty}", faulty));
        }

        ParameterStore store = _store.For(
            TrustParameters.ProgramOf(entry.Command), overrides.ServiceName, overrides.Values);
        HashSet<string> overridden = [];
        foreach ((string name, _) in overrides.Values)
        {
            overridden.Add(name);
        }

        foreach (string name in store.SetNames)
        {
            // What an entry sets for another program counts; what it changes in main.cf by $name does for its own.
            CacheUsers parameterUsers = TrustParameters.UsersOf(name);
            parameterUsers &= TrustParameters.IsCommon(name) || !overridden.Contains(name) ? users : CacheUsers.All;
            if (parameterUsers == CacheUsers.None)
            {
                continue;
            }

            string value = store.ExpandOrRaw(name);
            if (!mainCf.TryGetValue(name, out string? common) || common != value)
            {
                Take(parameterUsers, place + name, name, value);
            }
        }
    }

    private void Take(CacheUsers users, string input, string parameter, string value)
    {
        _collector.AddValue(users, input, parameter, value);
        if (parameter == TrustParameters.DefaultStore && value.Equals("yes", StringComparison.OrdinalIgnoreCase))
        {
            _defaultStoreUsers |= users;
        }
    }

    private void TakeOpenSsl()
    {
        OpenSslDefaults? defaults = OpenSslDefaults.Find();
        if (defaults is null)
        {
            _collector.Add(
                _defaultStoreUsers,
                TrustInput.Unreadable(TrustParameters.DefaultStore, "OpenSSL's default store cannot be found"));
            return;
        }

        // Protocols and ciphers of the machine.
        _collector.AddPath(CacheUsers.All, defaults.ConfigurationFile);
        if (_defaultStoreUsers != CacheUsers.None)
        {
            _collector.AddPath(_defaultStoreUsers, defaults.CertificateFile);
            _collector.AddJailed(_defaultStoreUsers, defaults.CertificateDirectory);
        }
    }
}
