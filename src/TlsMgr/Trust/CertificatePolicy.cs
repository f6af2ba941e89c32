// What one entry of master.cf decides with: the fields of a policy, in a fixed order, without their names' paths.

using System;
using System.Collections.Generic;
using System.Text;

namespace TlsMgr.Trust;

/// <summary>The policy of one entry that asks for client certificates.</summary>
/// <param name="Service">The entry: <c>submission/inet</c>.</param>
internal sealed record CertificatePolicy(string Service)
{
    private const int ShownBytes = 8;

    private readonly List<(string Name, byte[] Value, string Shown)> _fields = [];

    /// <summary>The fields: what they are called, their bytes, and a text for people.</summary>
    internal IReadOnlyList<(string Name, byte[] Value, string Shown)> Fields => _fields;

    /// <summary>Adds a field that is a text.</summary>
    internal void AddText(string name, string value) =>
        _fields.Add((name, Encoding.UTF8.GetBytes(value), value.Length == 0 ? "(empty)" : value));

    /// <summary>Adds a field that is the hash of what a parameter names; empty where it names nothing.</summary>
    internal void AddContent(string name, byte[] hash) => _fields.Add((
        name, hash, hash.Length == 0 ? "(none)" : $"sha256:{Convert.ToHexStringLower(hash.AsSpan(0, ShownBytes))}"));
}
