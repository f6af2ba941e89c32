// Gathers the inputs of the digests: for each value the text, and the content of all that the text names.

using System;
using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Trust;

/// <summary>The inputs of the three digests, while they are gathered.</summary>
/// <param name="files">Reads what values name.</param>
/// <param name="queueDirectory">The root directory of daemons in a jail.</param>
/// <param name="wanted">The caches whose digests are wanted: nothing is read for others.</param>
internal sealed class TrustCollector(TrustFiles files, string queueDirectory, CacheUsers wanted)
{
    // Words that stand where a file could.
    private static readonly string[] NoFile = ["", "none", "auto", "default"];

    private readonly Dictionary<CacheUsers, Dictionary<string, TrustInput>> _inputs = new()
    {
        [CacheUsers.Smtpd] = [],
        [CacheUsers.Smtp] = [],
        [CacheUsers.Lmtp] = [],
    };

    private readonly Dictionary<string, TrustInput> _read = [];

    /// <summary>The digest of one cache.</summary>
    internal TrustDigest DigestOf(CacheUsers cache) => new(_inputs[cache].Values);

    /// <summary>Takes an input for some caches.</summary>
    internal void Add(CacheUsers users, TrustInput input)
    {
        foreach ((CacheUsers cache, Dictionary<string, TrustInput> inputs) in _inputs)
        {
            if ((users & wanted & cache) != 0)
            {
                inputs[input.Name] = input;
            }
        }
    }

    /// <summary>Takes the value of a parameter, and the content of what it names.</summary>
    /// <param name="users">Whose sessions it bears upon.</param>
    /// <param name="name">What the input is called.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="value">Its evaluated value.</param>
    internal void AddValue(CacheUsers users, string name, string parameter, string value)
    {
        if ((users & wanted) == 0)
        {
            return;
        }

        Add(users, TrustInput.OfText(name, value));
        if (parameter.EndsWith("_CApath", StringComparison.Ordinal))
        {
            AddJailed(users, value);
        }
        else if (IsListOfFiles(parameter))
        {
            foreach (string word in MapName.Words(value))
            {
                AddPath(users, word);
            }
        }
        else if (parameter.EndsWith("_file", StringComparison.Ordinal)
            || parameter.EndsWith("_CAfile", StringComparison.Ordinal))
        {
            AddPath(users, value);
        }
        else
        {
            AddMaps(users, parameter, value);
        }
    }

    /// <summary>Takes a file or directory.</summary>
    internal void AddPath(CacheUsers users, string path)
    {
        if ((users & wanted) != 0 && !NoFile.Contains(path))
        {
            Add(users, Read(files.Resolve(path)));
        }
    }

    /// <summary>
    /// Takes what daemons in a jail look for each time, and therefore find there: the path outside, and that inside
    /// where there is one.
    /// </summary>
    internal void AddJailed(CacheUsers users, string path)
    {
        AddPath(users, path);
        string inside = InJail(path);
        if (path.StartsWith('/') && TrustFiles.Exists(inside))
        {
            AddPath(users, inside);
        }
    }

    private void AddMaps(CacheUsers users, string parameter, string value)
    {
        bool isMap = parameter.EndsWith("_maps", StringComparison.Ordinal)
            || parameter.EndsWith("_per_site", StringComparison.Ordinal);

        // Where the table is no index made by "postmap -F", its right-hand sides are names of files.
        bool namesFiles = parameter.EndsWith("_sni_maps", StringComparison.Ordinal);
        foreach (MapName map in MapName.In(value, isMap))
        {
            NamedPaths named = new(namesFiles);
            switch (map.Kind)
            {
                case MapKind.Elsewhere:
                    Add(users, TrustInput.Elsewhere(map.Name));
                    break;
                case MapKind.Text:
                    named.Add(map.Name);
                    break;
                default:
                    foreach (string file in map.Files)
                    {
                        Add(users, files.Read(files.Resolve(file), named));
                    }

                    break;
            }

            AddNamed(users, named);
        }
    }

    private void AddNamed(CacheUsers users, NamedPaths named)
    {
        foreach (string path in named.Files)
        {
            AddPath(users, path);
        }

        foreach (string path in named.TrustAnchors)
        {
            // A policy is looked up in the jail. Where neither is there, what is meant is not known: an expression may
            // make the path ($1), and an index may have other bytes behind it.
            if (TrustFiles.Exists(files.Resolve(path)) || TrustFiles.Exists(InJail(path)))
            {
                AddJailed(users, path);
            }
            else
            {
                Add(users, TrustInput.Unreadable(path, "a policy names it, and it cannot be found"));
            }
        }
    }

    private TrustInput Read(string path)
    {
        if (!_read.TryGetValue(path, out TrustInput? input))
        {
            input = files.Read(path);
            _read.Add(path, input);
        }

        return input;
    }

    private string InJail(string path) => $"{queueDirectory}/{path.TrimStart('/')}";

    private static bool IsListOfFiles(string parameter) =>
        parameter.EndsWith("_files", StringComparison.Ordinal)
        || parameter.EndsWith("_trust_anchor_file", StringComparison.Ordinal);
}
