// One input of a reload digest: what it is called, and a hash of what it is. A value or a file is never kept.

using System.Security.Cryptography;
using System.Text;

namespace TlsMgr.Trust;

/// <summary>One input of a digest.</summary>
/// <param name="Name">
/// For people: a parameter (<c>smtpd_tls_CAfile</c>), one that an entry of master.cf overrides
/// (<c>submission/inet: smtpd_tls_CAfile</c>), a file or directory by its path, or a map (<c>socketmap:…</c>).
/// </param>
/// <param name="Hash">SHA-256 over what it is; empty when <paramref name="Doubt"/> says why that is not known.</param>
/// <param name="Doubt">Why it cannot be compared with another one; null when it can.</param>
/// <param name="IsFault">Whether something is wrong: a file that should be readable is not.</param>
internal sealed record TrustInput(string Name, byte[] Hash, string? Doubt = null, bool IsFault = false)
{
    /// <summary>An input that is a text.</summary>
    internal static TrustInput OfText(string name, string text) =>
        new(name, SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>An input that cannot be read: it counts as changed at every start.</summary>
    internal static TrustInput Unreadable(string name, string reason) => new(name, [], reason, IsFault: true);

    /// <summary>A map on a server: it may be another one at every start, and nobody is at fault.</summary>
    internal static TrustInput Elsewhere(string name) => new(name, [], "the content of this map is not known here");
}
