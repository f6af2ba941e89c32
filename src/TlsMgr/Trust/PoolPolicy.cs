// The pool digest: what decides the verdict of smtpd(8) and tlsproxy(8) on a client's certificate. A resumed session
// carries the verdict of the host that made it; ticket keys of a pool are bound to this digest, so that only hosts
// with one policy resume each other's sessions. F(x) is a field: the length of x in 4 bytes, big endian, then x.
//
//   digest   SHA-256( F("tlsmgr-pool/1 policies") F(policy) ... )     the distinct policies in the order of their bytes
//   policy   SHA-256( F("tlsmgr-pool/1 policy") F(required) F(CA file) F(CA directory) F(default store)
//                     F(verify depth) F(fingerprint digest) F(legacy fingerprints) F(raw public keys)
//                     F(configuration file) F(configuration name) )
// The digests of the client caches are made alike, with "client policies", "client policy" and the fields of
// ClientPolicyEvaluation.
//
// One policy for each entry of master.cf that asks for certificates; services and paths are not in it. Without such an
// entry the digest is that of no policies, a constant: nobody's verdict can be carried anywhere.
// Texts are UTF-8, yes/no and the fingerprint digest in lower case, the depth in decimal digits. A CA file is 32 bytes
// as TrustFiles hashes it, or nothing when none is named; a directory SHA-256 over such hashes: of the directory, and,
// unless the entry has chroot = n, of the same path in queue_directory; the default store SHA-256 over the hashes of
// OpenSSL's file and directory, the latter also in queue_directory, or nothing. In a directory the names that OpenSSL
// looks for count (HASH.N, HASH.rN), and no others.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;

namespace TlsMgr.Trust;

/// <summary>The policy that hosts of a pool must have in common to resume each other's sessions.</summary>
public sealed class PoolPolicy
{
    /// <summary>Ample: a dozen inputs.</summary>
    private const int MaximumRecordBytes = 2048;

    private PoolPolicy(IReadOnlyList<CertificatePolicy> policies, string? doubt, bool isOfClients = false)
    {
        Doubt = doubt;
        AsksForCertificates = policies.Count > 0;
        AskingServices = [.. policies.Select(static policy => policy.Service)];
        Inputs = isOfClients ? [.. SummarizeFields(policies)] : Summarize(policies);
        Digest = doubt is null ? HashOf(policies, isOfClients) : new byte[SHA256.HashSizeInBytes];
    }

    /// <summary>The pool digest, 32 bytes; zeros, not to be used, when <see cref="Doubt"/> has a reason.</summary>
    public byte[] Digest { get; }

    /// <summary>Why the policy is not known: what could not be read; null when it is known.</summary>
    public string? Doubt { get; }

    /// <summary>Whether any entry asks its clients for certificates.</summary>
    public bool AsksForCertificates { get; }

    /// <summary>The entries that ask: <c>submission/inet</c>.</summary>
    internal IReadOnlyList<string> AskingServices { get; }

    /// <summary>The parameters of the digest; when nobody asks, only that.</summary>
    internal IReadOnlyList<PoolPolicyInput> Inputs { get; }

    /// <summary>
    /// A record of the inputs, by which they can be compared with those of later; empty without random bytes.
    /// </summary>
    internal byte[] MakeRecord()
    {
        Span<byte> salt = stackalloc byte[TrustRecord.SaltBytes];
        return KernelRandom.TryFill(salt) ? TrustRecord.Write(DigestOfInputs, salt, MaximumRecordBytes) : [];
    }

    /// <summary>The inputs in the form of those of a reload digest, to be compared with a record.</summary>
    internal TrustDigest DigestOfInputs =>
        new(Inputs.Select(static input => TrustInput.OfText(input.Name, input.Value)));

    /// <summary>Evaluates the policy. Never fails: what cannot be read is a doubt.</summary>
    /// <param name="store">The parameters, those of <paramref name="postfix"/> loaded.</param>
    /// <param name="postfix">Where Postfix's daemons work.</param>
    /// <param name="clock">Its monotonic clock.</param>
    public static PoolPolicy Evaluate(ParameterStore store, PostfixParameters postfix, TimeProvider clock) =>
        Evaluate(store, postfix, new TrustFiles(clock, postfix.QueueDirectory));

    /// <summary>The same with files that another evaluation has read, or is to read.</summary>
    internal static PoolPolicy Evaluate(ParameterStore store, PostfixParameters postfix, TrustFiles files)
    {
        PoolPolicyEvaluation evaluation = new(store, postfix, files);
        return new PoolPolicy(evaluation.Policies, evaluation.Doubt);
    }

    /// <summary>Evaluates the policy of the clients of one cache, smtp or lmtp. Never fails.</summary>
    /// <param name="store">The parameters, those of <paramref name="postfix"/> loaded.</param>
    /// <param name="postfix">Where Postfix's daemons work.</param>
    /// <param name="program">The program of the cache: smtp or lmtp.</param>
    /// <param name="files">Files that another evaluation has read, or is to read.</param>
    internal static PoolPolicy EvaluateClient(
        ParameterStore store, PostfixParameters postfix, string program, TrustFiles files)
    {
        ClientPolicyEvaluation evaluation = new(store, postfix, program, files);
        return new PoolPolicy(evaluation.Policies, evaluation.Doubt, isOfClients: true);
    }

    private static byte[] HashOf(IReadOnlyList<CertificatePolicy> policies, bool isOfClients)
    {
        IEnumerable<string> distinct = policies
            .Select(policy => Convert.ToHexString(HashOf(
                isOfClients ? "tlsmgr-pool/1 client policy"u8 : "tlsmgr-pool/1 policy"u8,
                policy.Fields.Select(static field => field.Value))))
            .Distinct().Order(StringComparer.Ordinal);
        return HashOf(
            isOfClients ? "tlsmgr-pool/1 client policies"u8 : "tlsmgr-pool/1 policies"u8,
            distinct.Select(Convert.FromHexString));
    }

    private static byte[] HashOf(ReadOnlySpan<byte> label, IEnumerable<byte[]> fields)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, label);
        foreach (byte[] field in fields)
        {
            Append(hash, field);
        }

        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> field)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, field.Length);
        hash.AppendData(length);
        hash.AppendData(field);
    }

    private static PoolPolicyInput[] Summarize(IReadOnlyList<CertificatePolicy> policies) =>
    [
        new($"smtpd_{PoolPolicyParameters.AskCertificate}", policies.Count > 0 ? "yes" : "no"),
        .. SummarizeFields(policies),
    ];

    private static IEnumerable<PoolPolicyInput> SummarizeFields(IReadOnlyList<CertificatePolicy> policies) =>
        policies.SelectMany(static policy => policy.Fields).GroupBy(static field => field.Name).Select(
            static group => new PoolPolicyInput(
                group.Key,
                string.Join(", ", group.Select(static field => field.Shown).Distinct().Order(StringComparer.Ordinal))));
}
