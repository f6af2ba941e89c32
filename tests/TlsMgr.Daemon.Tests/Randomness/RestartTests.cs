using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Randomness;

/// <summary>Starts with any state of the exchange file: seeds and ticket keys do not repeat.</summary>
public sealed class RestartTests
{
    private const int SeedsOfOneStart = 1000;
    private const int ExchangeBytes = 1024;
    private const string NewKey = "request|tktkey|keyname|||";

    // The parts of a ticket key: name, cipher key, MAC key.
    private static readonly (int Start, int Length)[] KeyParts = [(0, 16), (16, 32), (48, 32)];

    [Fact]
    public void Restarts_with_the_saved_exchange_file_repeat_nothing()
    {
        using DaemonDirectories directories = new();
        List<Output> outputs = [];
        for (int i = 0; i < 5; i++)
        {
            // Each daemon has directories of its own; only the exchange file is passed from start to start.
            using RunningDaemon daemon = new(Copy(directories));
            outputs.Add(Take(daemon));
            daemon.HangUp().ShouldBe(0);
            File.Copy(daemon.ExchangeFile, Path.Combine(directories.Data, "prng_exch"), overwrite: true);
        }

        ShouldRepeatNothing(outputs);
    }

    [Fact]
    public void Concurrent_starts_from_the_same_exchange_file_repeat_nothing()
    {
        using DaemonDirectories directories = new();
        byte[] state = new byte[ExchangeBytes];
        new System.Random(1).NextBytes(state);
        File.WriteAllBytes(Path.Combine(directories.Data, "prng_exch"), state);
        RunningDaemon[] daemons = [.. Enumerable.Range(0, 12).Select(_ => new RunningDaemon(Copy(directories)))];
        try
        {
            ShouldRepeatNothing([.. daemons.Select(Take)]);
        }
        finally
        {
            Array.ForEach(daemons, daemon => daemon.Dispose());
        }
    }

    [Fact]
    public void Consecutive_starts_with_the_exchange_file_restored_repeat_nothing()
    {
        using DaemonDirectories directories = new();
        File.WriteAllBytes(Path.Combine(directories.Data, "prng_exch"), new byte[ExchangeBytes]);
        List<Output> outputs = [];
        for (int i = 0; i < 12; i++)
        {
            using RunningDaemon daemon = new(Copy(directories));
            outputs.Add(Take(daemon));
            daemon.Master.Process.Signal(9);
        }

        ShouldRepeatNothing(outputs);
    }

    private static Output Take(RunningDaemon daemon)
    {
        string reply = daemon.Ask(NewKey);
        reply.ShouldStartWith("status|0|keybuf|");
        return new Output(SeedStream.Read(daemon, SeedsOfOneStart), Convert.FromBase64String(reply.Split('|')[3]));
    }

    private static void ShouldRepeatNothing(IReadOnlyList<Output> outputs)
    {
        byte[] seeds = [.. outputs.SelectMany(output => output.Seeds)];
        SeedStream.CountDifferent(seeds, SeedStream.SeedBytes / 2).ShouldBe(2 * SeedsOfOneStart * outputs.Count);
        foreach ((int start, int length) in KeyParts)
        {
            outputs.Select(output => Convert.ToHexString(output.Key, start, length)).ShouldBeUnique();
        }

        // No part of a key equals a part of another key.
        SeedStream.CountDifferent([.. outputs.SelectMany(output => output.Key[..80])], 16).ShouldBe(5 * outputs.Count);
    }

    private static DaemonDirectories Copy(DaemonDirectories state)
    {
        DaemonDirectories copy = new();
        string source = Path.Combine(state.Data, "prng_exch");
        if (File.Exists(source))
        {
            string target = Path.Combine(copy.Data, "prng_exch");
            File.Copy(source, target);
            File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            copy.Own(target);
        }

        return copy;
    }

    private sealed record Output(byte[] Seeds, byte[] Key);
}
