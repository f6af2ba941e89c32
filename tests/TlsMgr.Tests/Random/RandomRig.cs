using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Random;
using TlsMgr.Testing;

namespace TlsMgr.Tests.Random;

/// <summary>
/// A pool with its maintenance, a clock and a temporary directory. While <see cref="KernelWorks"/> is false the jitter of
/// timers is the full period, and stirred-in bytes are visible in the pool.
/// </summary>
internal sealed partial class RandomRig : ILogTarget, IDisposable
{
    internal const int PeriodSeconds = 1000;

    private readonly List<string> _lines = [];
    private readonly TimerQueue _timers;
    private readonly Log _log = new();

    internal RandomRig()
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("tlsmgr-random-").FullName;
        _timers = new TimerQueue(Clock);
        _log.ReplaceTargets(this);
        Pool = new RandomPool(Clock, buffer =>
        {
            System.Random.Shared.NextBytes(buffer);
            return KernelWorks;
        });
    }

    internal bool KernelWorks { get; set; }

    internal string Directory { get; }

    internal ManualClock Clock { get; } = new();

    internal RandomPool Pool { get; }

    internal RandomMaintenance Maintenance { get; private set; } = null!;

    /// <summary>The log lines since the last read, with <c>warning: </c> before warnings.</summary>
    internal string[] NewLines
    {
        get
        {
            string[] lines = [.. _lines];
            _lines.Clear();
            return lines;
        }
    }

    internal int Removals { get; private set; }

    internal List<TimeSpan> Waits { get; } = [];

    internal Action? OnWait { get; set; }

    internal string PathOf(string name) => Path.Combine(Directory, name);

    internal RandomMaintenance Configure(string source = "", string exchangeFile = "", int bytes = 32,
        string? jail = null, bool verbose = false)
    {
        _log.Verbosity = verbose ? 1 : 0;
        Maintenance = new RandomMaintenance(
            new RandomSettings
            {
                Source = source,
                SourceBytes = bytes,
                ReseedPeriodSeconds = PeriodSeconds,
                ExchangePath = exchangeFile,
                UpdatePeriodSeconds = PeriodSeconds,
                JailDirectory = jail,
            },
            Pool, _timers, Clock, _log, () => Removals++,
            time =>
            {
                Waits.Add(time);
                OnWait?.Invoke();
            });
        return Maintenance;
    }

    internal void OpenAndStart()
    {
        Maintenance.OpenSource();
        Maintenance.OpenExchangeFile();
        Maintenance.Start();
    }

    /// <summary>Advances the clock and runs due timers, in steps like the event loop.</summary>
    internal void Pass(double seconds)
    {
        const double StepSeconds = 0.05;
        for (; seconds > StepSeconds; seconds -= StepSeconds)
        {
            Clock.Advance(TimeSpan.FromSeconds(StepSeconds));
            _timers.RunDue();
        }

        Clock.Advance(TimeSpan.FromSeconds(seconds));
        _timers.RunDue();
    }

    /// <summary>Advances the clock past the next event of each timer, regardless of jitter.</summary>
    internal void PassPeriod()
    {
        Clock.Advance(TimeSpan.FromSeconds(PeriodSeconds));
        _timers.RunDue();
    }

    internal int MillisecondsUntilNext => _timers.MillisecondsUntilNext();

    /// <summary>Whether the bytes are in the pool's accumulator, which fills while the kernel fails.</summary>
    internal bool HasStirred(ReadOnlySpan<byte> bytes) =>
        SecretsOf(Pool)["_accumulator"].Span.IndexOf(bytes) >= 0;

    /// <summary>The locked memory of an object, by field name.</summary>
    internal static Dictionary<string, LockedMemory> SecretsOf(object owner) =>
        owner.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
            .Where(field => field.FieldType == typeof(LockedMemory))
            .ToDictionary(field => field.Name, field => (LockedMemory)field.GetValue(owner)!);

    internal string MakeFifo(string name)
    {
        string path = PathOf(name);
        return MakeFifo(path, 0x180) == 0 ? path : throw new IOException(Marshal.GetLastPInvokeErrorMessage());
    }

    public void Write(LogSeverity severity, string text) =>
        _lines.Add(severity == LogSeverity.Warning ? $"warning: {text}" : text);

    public void Dispose()
    {
        Maintenance?.Dispose();
        Pool.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFifo(string path, uint mode);
}
