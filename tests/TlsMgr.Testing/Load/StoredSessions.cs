// Invariant: a reply counts as right only when the client's own requests make it possible.

using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Text;

namespace TlsMgr.Testing.Load;

/// <summary>The sessions that one client has stored, by cache and number, and the replies that they allow.</summary>
internal sealed class StoredSessions(int client, int maximumBytes)
{
    private const int Absent = 0;

    /// <summary>The versions that the daemon may hold; without an entry, none was stored.</summary>
    private readonly Dictionary<(string Cache, int Number), HashSet<int>> _possible = [];

    /// <summary>Those that were not found although they were stored: until the next change, each of both may be.</summary>
    private readonly HashSet<(string Cache, int Number)> _missed = [];
    private int _lastVersion;

    /// <summary>The cache id of a session.</summary>
    internal string IdOf(int number) => $"client{client}-{number}&s=127.0.0.1:25&l=50331648";

    /// <summary>Chooses a new version of a session to store.</summary>
    internal int NextVersion() => ++_lastVersion;

    /// <summary>The content of a version: bytes that no other session has.</summary>
    internal byte[] Content((string Cache, int Number) key, int version)
    {
        byte[] name = Encoding.ASCII.GetBytes($"{client}/{key.Cache}/{key.Number}/{version}");
        byte[] digest = SHA256.HashData(name);
        byte[] content = new byte[1 + (BitConverter.ToUInt16(digest) % maximumBytes)];
        for (int i = 0; i < content.Length; i++)
        {
            content[i] = (byte)(digest[i % digest.Length] + (i / digest.Length));
        }

        return content;
    }

    /// <summary>A change was sent: until its reply, the old and the new version are possible.</summary>
    internal void Changing((string Cache, int Number) key, int version) => Of(key).Add(version);

    /// <summary>A change was confirmed.</summary>
    internal void Changed((string Cache, int Number) key, int version)
    {
        _possible[key] = [version];
        _missed.Remove(key);
    }

    /// <summary>A removal was sent.</summary>
    internal void Removing((string Cache, int Number) key) => Changing(key, Absent);

    /// <summary>A removal was confirmed.</summary>
    internal void Removed((string Cache, int Number) key) => Changed(key, Absent);

    /// <summary>
    /// Whether "not found" is possible; from then on the session is known to be absent. One that must be there may be
    /// found later, after any number of such replies: after a start, once its file was examined.
    /// </summary>
    internal bool MayBeAbsent((string Cache, int Number) key)
    {
        bool isPossible = !Of(key).Add(Absent);
        if (!isPossible)
        {
            _missed.Add(key);
        }
        else if (!_missed.Contains(key))
        {
            Removed(key);
        }

        return isPossible;
    }

    /// <summary>Whether these bytes are a possible version; from then on it is the only one.</summary>
    internal bool MayBe((string Cache, int Number) key, ReadOnlySpan<byte> found)
    {
        foreach (int version in Of(key))
        {
            if (version != Absent && found.SequenceEqual(Content(key, version)))
            {
                Changed(key, version);
                return true;
            }
        }

        return false;
    }

    private HashSet<int> Of((string Cache, int Number) key)
    {
        if (!_possible.TryGetValue(key, out HashSet<int>? versions))
        {
            _possible[key] = versions = [Absent];
        }

        return versions;
    }
}
