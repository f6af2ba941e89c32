// The policies of the entries of master.cf that ask for client certificates. Where it is not clear whether Postfix asks
// (req_ccert with optional TLS, a level that it does not know), the entry counts as asking: the price is a refused
// ticket. The certificates of postscreen(8)'s clients are asked for by tlsproxy(8), and only if postscreen announces
// STARTTLS; what a postscreen entry sets beside that is not in force for tlsproxy.

using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;
using Names = TlsMgr.Trust.PoolPolicyParameters;

namespace TlsMgr.Trust;

/// <summary>Evaluates the policies of one installation.</summary>
internal sealed class PoolPolicyEvaluation
{
    private const string Server = "smtpd";
    private const string Proxy = "tlsproxy";
    private const string Screen = "postscreen";

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");
    private static readonly string[] NoConfiguration = ["", "none", "default"];

    private readonly ParameterStore _store;
    private readonly PostfixParameters _postfix;
    private readonly TrustFiles _files;
    private readonly Dictionary<string, TrustInput> _read = [];
    private readonly List<CertificatePolicy> _policies = [];

    internal PoolPolicyEvaluation(ParameterStore store, PostfixParameters postfix, TrustFiles files)
    {
        _store = store;
        _postfix = postfix;
        _files = files;
        if (TrustEvaluation.ReadEntries(store, out string fault) is not { } entries)
        {
            Doubt = fault;
            return;
        }

        bool isProxyUsed = entries.Any(entry => IsProgram(entry, Screen) && HasTls(StoreOf(entry), Screen));
        foreach (MasterCfEntry entry in entries)
        {
            if (IsProgram(entry, Server))
            {
                Take(entry, Server);
            }
            else if (isProxyUsed && IsProgram(entry, Proxy))
            {
                Take(entry, Proxy);
            }
        }
    }

    /// <summary>The policy of each entry that asks, in the order of master.cf.</summary>
    internal IReadOnlyList<CertificatePolicy> Policies => _policies;

    /// <summary>What could not be read, and why; null when all is known.</summary>
    internal string? Doubt { get; private set; }

    private static bool IsProgram(MasterCfEntry entry, string program) =>
        TrustParameters.ProgramOf(entry.Command) == program;

    private ParameterStore StoreOf(MasterCfEntry entry)
    {
        ProgramOverrides overrides = new(entry);
        ParameterStore store = _store.For(
            TrustParameters.ProgramOf(entry.Command), overrides.ServiceName, overrides.Values);
        store.AddDefaults(Names.Defaults(_postfix.MailVersion.HasSha256Fingerprints));
        return store;
    }

    private void Take(MasterCfEntry entry, string program)
    {
        ParameterStore store = StoreOf(entry);
        bool isRequired = IsYes(store, program, Names.RequireCertificate);
        if (!HasTls(store, program) || (!isRequired && !IsYes(store, program, Names.AskCertificate)))
        {
            return;
        }

        CertificatePolicy policy = new($"{entry.Service}/{entry.Type}");
        bool isJailed = entry.Chroot != "n";
        AddFlag(policy, Names.RequireCertificate, isRequired && IsMandatory(store, program));
        policy.AddContent($"{Server}_{Names.CaFile}", ContentOf(Value(store, program, Names.CaFile)));
        policy.AddContent(
            $"{Server}_{Names.CaPath}", DirectoryOf(Value(store, program, Names.CaPath), isJailed));
        policy.AddContent(
            TrustParameters.DefaultStore,
            IsYes(store, TrustParameters.DefaultStore) ? DefaultStoreOf(isJailed) : []);
        policy.AddText($"{Server}_{Names.VerifyDepth}", Number(Value(store, program, Names.VerifyDepth)));
        policy.AddText(
            $"{Server}_{Names.FingerprintDigest}",
            Value(store, program, Names.FingerprintDigest).ToLowerInvariant());
        policy.AddText(Names.LegacyFingerprints, IsYes(store, Names.LegacyFingerprints) ? "yes" : "no");
        AddFlag(policy, Names.RawPublicKeys, IsYes(store, program, Names.RawPublicKeys));
        TakeConfiguration(policy, store);
        _policies.Add(policy);
    }

    private void TakeConfiguration(CertificatePolicy policy, ParameterStore store)
    {
        string file = store.ExpandOrRaw(TrustParameters.OpenSslConfiguration);
        policy.AddContent(
            TrustParameters.OpenSslConfiguration, NoConfiguration.Contains(file) ? [] : ContentOf(file));
        policy.AddText(Names.ConfigurationName, store.ExpandOrRaw(Names.ConfigurationName));
    }

    private static void AddFlag(CertificatePolicy policy, string name, bool value) =>
        policy.AddText($"{Server}_{name}", value ? "yes" : "no");

    private static string Value(ParameterStore store, string program, string name) =>
        store.ExpandOrRaw($"{program}_{name}");

    private static bool IsYes(ParameterStore store, string program, string name) => IsYes(store, $"{program}_{name}");

    private static bool IsYes(ParameterStore store, string name) =>
        !store.ExpandOrRaw(name).Equals("no", StringComparison.OrdinalIgnoreCase);

    private static string Number(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            ? number.ToString(CultureInfo.InvariantCulture)
            : text;

    private static bool IsWrapped(ParameterStore store, string program) =>
        program == Server && IsYes(store, Names.WrapperMode);

    private static bool HasTls(ParameterStore store, string program)
    {
        string level = Value(store, program, Names.SecurityLevel);
        return IsWrapped(store, program)
            || (level.Length > 0
                ? !level.Equals("none", StringComparison.OrdinalIgnoreCase)
                : IsYes(store, program, Names.UseTls) || IsYes(store, program, Names.EnforceTls));
    }

    private static bool IsMandatory(ParameterStore store, string program)
    {
        string level = Value(store, program, Names.SecurityLevel);
        return IsWrapped(store, program)
            || (level.Length > 0
                ? !level.Equals("may", StringComparison.OrdinalIgnoreCase)
                : IsYes(store, program, Names.EnforceTls));
    }

    private byte[] ContentOf(string path) => path.Length == 0 ? [] : Read(_files.Resolve(path));

    private byte[] DirectoryOf(string path, bool isJailed) =>
        path.Length == 0 ? [] : SHA256.HashData(InBothPlaces(path, isJailed));

    private byte[] DefaultStoreOf(bool isJailed)
    {
        if (OpenSslDefaults.Find() is not { } defaults)
        {
            Doubt ??= $"{TrustParameters.DefaultStore}: OpenSSL's default store cannot be found";
            return [];
        }

        return SHA256.HashData(
            [.. Read(defaults.CertificateFile), .. InBothPlaces(defaults.CertificateDirectory, isJailed)]);
    }

    // A daemon in a jail looks for certificates there each time. What it did before is outside.
    private byte[] InBothPlaces(string path, bool isJailed)
    {
        byte[] outside = Read(_files.Resolve(path));
        return isJailed && path.StartsWith('/')
            ? [.. outside, .. Read($"{_postfix.QueueDirectory}/{path.TrimStart('/')}")]
            : outside;
    }

    private byte[] Read(string path)
    {
        if (!_read.TryGetValue(path, out TrustInput? input))
        {
            input = _files.Read(path, counts: IsLookedFor);
            _read.Add(path, input);
        }

        Doubt ??= input.Doubt is null ? null : $"{path}: {input.Doubt}";
        return input.Hash;
    }

    // X509_LOOKUP_hash_dir(3): eight hexadecimal digits, a dot, perhaps an r, a number.
    private static bool IsLookedFor(string name)
    {
        const int HashDigits = 8;
        if (name.Length < HashDigits + 2 || name[HashDigits] != '.'
            || name.AsSpan(0, HashDigits).ContainsAnyExcept(HexDigits))
        {
            return false;
        }

        ReadOnlySpan<char> number = name.AsSpan(HashDigits + 1);
        number = number[0] == 'r' ? number[1..] : number;
        return !number.IsEmpty && !number.ContainsAnyExceptInRange('0', '9');
    }
}
