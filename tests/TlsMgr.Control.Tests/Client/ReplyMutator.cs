using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace TlsMgr.Control.Tests.Client;

/// <summary>Makes inputs of <see cref="ReplyTrial"/> from accepted replies; the same ones for the same seed.</summary>
internal sealed class ReplyMutator(int seed)
{
    private const int MaximumMutations = 5;

    private static readonly byte[][] Fragments =
    [
        .. new[]
        {
            "\u001b[2J", "\u009b31m", "\"", "\\", "\n", "\r", "}", "{", "\u0007", "\u007f", "\u00e2\u0080\u00ae", "|", "||",
            "status|0|", "status|4294967295|", "status|4294967294|", "4294967295", "4294967294", "next|QUI=|", "next|||", "id||", "-1", "0", "00",
            "9223372036854775807", "-9223372036854775808", "99999999999999999999", "4294967296", "2147483648", "A", "=",
            "cache", "cache.", ".", "..", "caches", "hit_ratio", "cache.smtp.", "uptime.seconds.x|1|", "requests|1|",
            "cache.smtpd.hits|1|", "protocol|tlsmgr_protocol||", "seed|", "session|", "removed|", " ", "%s", "$(x)",
        }.Select(ScriptedTransport.Wire),
    ];

    private readonly System.Random _random = new(seed);

    /// <summary>The next input.</summary>
    internal byte[] Next()
    {
        int command = _random.Next(ReplyTrial.Commands.Length);
        List<byte> script = [.. ScriptedTransport.Wire(ReplyTrial.Commands[command].Replies)];
        for (int mutations = _random.Next(_random.Next(1, MaximumMutations + 1) + 1); mutations > 0; mutations--)
        {
            Mutate(script);
        }

        // Most servers send a reply for each request, and not all of them at once.
        int mode = _random.Next(256) & (_random.Next(4) == 0 ? ~0 : ~ReplyTrial.AllAtOnce);
        return [(byte)command, (byte)mode, .. script];
    }

    /// <summary>An input as a test can show it.</summary>
    internal static string Describe(byte[] input) =>
        $"{ReplyTrial.Commands[input[0] % ReplyTrial.Commands.Length].Name}, {input[1]}: "
        + Convert.ToHexString(input.AsSpan(2)) + " " + Encoding.Latin1.GetString(input.AsSpan(2)).Replace('\0', '|');

    /// <summary>Replaces the name or value behind a position: the list stays one.</summary>
    private void ReplaceWord(List<byte> script, int position)
    {
        int start = script.IndexOf(0, position) + 1;
        int end = script.IndexOf(0, start);
        if (start > 0 && end >= 0)
        {
            script.RemoveRange(start, end - start);
            script.InsertRange(start, Fragments[_random.Next(Fragments.Length)]);
        }
    }

    private void Mutate(List<byte> script)
    {
        int position = _random.Next(script.Count + 1);
        int length = int.Min(script.Count - position, _random.Next(1, 24));
        switch (_random.Next(8))
        {
            case 0 when position < script.Count:
                script[position] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when position < script.Count:
                script[position] = (byte)_random.Next(256);
                break;
            case 2:
                script.RemoveRange(position, length);
                break;
            case 3:
                script.InsertRange(_random.Next(script.Count + 1), script.GetRange(position, length));
                break;
            case 4 when _random.Next(4) == 0:
                script.RemoveRange(position, script.Count - position);
                break;
            case 5 or 6:
                ReplaceWord(script, position);
                break;
            default:
                script.InsertRange(position, Fragments[_random.Next(Fragments.Length)]);
                break;
        }
    }
}
