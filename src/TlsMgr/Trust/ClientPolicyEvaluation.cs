// The policies by which smtp(8) or lmtp(8) judges the certificates of servers: one for each entry of master.cf that
// runs the program, and for each of tlsproxy(8), which makes connections for both. A session that is resumed carries
// the verdict of the host that made it, so all that bears upon a verdict is in a policy, and what differs by host is
// not: certificates and keys of the host, ciphers, protocols, and the paths of files of CAs.
//
// Tables (smtp_tls_policy_maps, smtp_tls_per_site) count by name and content, with the trust anchors that they name. A
// table on a server cannot be compared: sessions of that cache are not shared.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;

namespace TlsMgr.Trust;

/// <summary>Evaluates the policies of one cache of clients.</summary>
internal sealed class ClientPolicyEvaluation
{
    private const string Proxy = "tlsproxy";

    /// <summary>Decide by their value.</summary>
    private static readonly string[] Texts =
    [
        "tls_security_level", "use_tls", "enforce_tls", "tls_enforce_peername", "tls_verify_cert_match",
        "tls_secure_cert_match", "tls_fingerprint_cert_match", "tls_fingerprint_digest", "tls_scert_verifydepth",
        "dns_support_level", "tls_dane_insecure_mx_policy", "tls_force_insecure_host_tlsa_lookup",
        "tls_force_tlsa_lookup", "tls_enable_rpk", "tls_servername", "tls_connection_reuse",
        "tls_block_early_mail_reply",
    ];

    /// <summary>Decide for all programs.</summary>
    private static readonly string[] CommonTexts =
    [
        "tls_append_default_CA", "tls_dane_digests", "tls_dane_digest_agility",
        "tls_dane_trust_anchor_digest_enable", "tls_legacy_public_key_fingerprints", "tls_config_name",
        "tls_wildcard_matches_multiple_labels",
    ];

    private static readonly string[] Maps = ["tls_policy_maps", "tls_per_site", "policy", "policy_maps", "per_site"];

    /// <summary>What tlsproxy(8) takes from smtp(8) unless it is set.</summary>
    private static readonly string[] OfProxy =
    [
        "CAfile", "CApath", "enforce_tls", "fingerprint_digest", "per_site", "policy", "policy_maps",
        "scert_verifydepth", "security_level", "use_tls",
    ];

    private readonly ParameterStore _store;
    private readonly PostfixParameters _postfix;
    private readonly TrustFiles _files;
    private readonly List<CertificatePolicy> _policies = [];

    /// <summary>Evaluates the policies.</summary>
    /// <param name="store">The parameters.</param>
    /// <param name="postfix">Where Postfix's daemons work.</param>
    /// <param name="program">smtp or lmtp.</param>
    /// <param name="files">Reads what values name.</param>
    internal ClientPolicyEvaluation(
        ParameterStore store, PostfixParameters postfix, string program, TrustFiles files)
    {
        _store = store;
        _postfix = postfix;
        _files = files;
        if (TrustEvaluation.ReadEntries(store, out string fault) is not { } entries)
        {
            Doubt = fault;
            return;
        }

        foreach (MasterCfEntry entry in entries)
        {
            string command = TrustParameters.ProgramOf(entry.Command);
            if (command == program || command == Proxy)
            {
                Take(entry, command);
            }
        }
    }

    /// <summary>The policy of each entry.</summary>
    internal IReadOnlyList<CertificatePolicy> Policies => _policies;

    /// <summary>What is not known, and why; null when all is.</summary>
    internal string? Doubt { get; private set; }

    private void Take(MasterCfEntry entry, string program)
    {
        ProgramOverrides overrides = new(entry);
        ParameterStore store = _store.For(program, overrides.ServiceName, overrides.Values);
        CertificatePolicy policy = new($"{entry.Service}/{entry.Type}");
        bool isJailed = entry.Chroot != "n";
        if (program == Proxy)
        {
            store.AddDefaults(OfProxy.Select(static name => new KeyValuePair<string, string>(
                $"tlsproxy_client_{name}", $"${DefaultOfProxy(name)}")));
            foreach (string name in OfProxy)
            {
                TakeParameter(policy, store, $"tlsproxy_client_{name}", $"smtp_{NameOfProxy(name)}", isJailed);
            }
        }
        else
        {
            string[] files = ["tls_CAfile", "tls_CApath", "tls_trust_anchor_file"];
            foreach (string name in Texts.Concat(Maps.Take(2)).Concat(files))
            {
                TakeParameter(policy, store, $"{program}_{name}", name, isJailed);
            }
        }

        foreach (string name in CommonTexts)
        {
            policy.AddText(name, store.ExpandOrRaw(name));
        }

        policy.AddContent(TrustParameters.DefaultStore, DefaultStoreOf(store, isJailed));
        policy.AddContent(TrustParameters.OpenSslConfiguration, ConfigurationOf(store));
        _policies.Add(policy);
    }

    private static string NameOfProxy(string name) =>
        name is "enforce_tls" or "use_tls" ? name : $"tls_{(name == "policy" ? "policy_maps" : name)}";

    private static string DefaultOfProxy(string name) => $"smtp_{NameOfProxy(name)}";

    private void TakeParameter(
        CertificatePolicy policy, ParameterStore store, string parameter, string name, bool isJailed)
    {
        string value = store.ExpandOrRaw(parameter);
        if (name.EndsWith("_CApath", StringComparison.Ordinal))
        {
            policy.AddContent(name, value.Length == 0 ? [] : SHA256.HashData(InBothPlaces(value, isJailed)));
        }
        else if (name.EndsWith("_CAfile", StringComparison.Ordinal))
        {
            policy.AddContent(name, value.Length == 0 ? [] : Read(value));
        }
        else if (name.EndsWith("_trust_anchor_file", StringComparison.Ordinal))
        {
            byte[] anchors = [.. MapName.Words(value).SelectMany(Read)];
            policy.AddContent(name, anchors.Length == 0 ? [] : SHA256.HashData(anchors));
        }
        else if (Maps.Contains(name))
        {
            policy.AddContent(name, value.Length == 0 ? [] : ContentOfMaps(parameter, value));
        }
        else
        {
            policy.AddText(name, value);
        }
    }

    private byte[] ContentOfMaps(string parameter, string value)
    {
        TrustCollector collector = new(_files, _postfix.QueueDirectory, CacheUsers.Smtp);
        collector.AddValue(CacheUsers.Smtp, parameter, parameter, value);
        TrustDigest digest = collector.DigestOf(CacheUsers.Smtp);
        Doubt ??= digest.Doubtful is { } doubtful ? $"{doubtful.Name}: {doubtful.Doubt}" : null;
        return digest.Value;
    }

    private byte[] ConfigurationOf(ParameterStore store)
    {
        string file = store.ExpandOrRaw(TrustParameters.OpenSslConfiguration);
        return file is "" or "none" or "default" ? [] : Read(file);
    }

    private byte[] DefaultStoreOf(ParameterStore store, bool isJailed)
    {
        if (!store.ExpandOrRaw(TrustParameters.DefaultStore).Equals("yes", StringComparison.OrdinalIgnoreCase))
        {
            return [];
        }

        if (OpenSslDefaults.Find() is not { } defaults)
        {
            Doubt ??= $"{TrustParameters.DefaultStore}: OpenSSL's default store cannot be found";
            return [];
        }

        return SHA256.HashData(
            [.. Read(defaults.CertificateFile), .. InBothPlaces(defaults.CertificateDirectory, isJailed)]);
    }

    private byte[] InBothPlaces(string path, bool isJailed)
    {
        byte[] outside = Read(path);
        return isJailed && path.StartsWith('/')
            ? [.. outside, .. Read($"{_postfix.QueueDirectory}/{path.TrimStart('/')}")]
            : outside;
    }

    private byte[] Read(string path)
    {
        TrustInput input = _files.Read(_files.Resolve(path));
        Doubt ??= input.Doubt is null ? null : $"{path}: {input.Doubt}";

        // What is absent is told apart by its path elsewhere; here only the content counts.
        return input.Hash.Length == 0 ? Encoding.ASCII.GetBytes("unknown") : input.Hash;
    }
}
