using System;
using System.Buffers.Binary;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using TlsMgr.Control.Pool;
using TlsMgr.Control.Verbs;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Tests.Pool;

/// <summary>A host without a daemon, with a state file and a clock of its own.</summary>
internal sealed class PoolHost : IDisposable
{
    /// <summary>The first second of a period of 1800 s.</summary>
    internal const long Start = 1000000 * 1800L;

    private const int SlotBytes = 512;
    private const int SecondSlot = 4096;
    private const int CountOffset = 20;
    private const int ChainOffset = 88;
    private const int ChainBytes = 64;
    private const int BootOffset = 224;
    private const int ChecksumOffset = 480;

    private readonly string _data = Directory.CreateTempSubdirectory("tlsmgr-pool-").FullName;
    private readonly ScratchInstallation _scratch;

    internal PoolHost(string pool = "", long now = Start, string masterCf = "smtp inet n - y - - smtpd", string line = "")
    {
        Clock = new ManualClock { Seconds = now };
        _scratch = new ScratchInstallation(
            $"{masterCf}\n{ScratchInstallation.Entry}", $"tlsmgr_pool_state_file = {StateFile}",
            $"tlsmgr_pool_name = {pool}", "mail_version = 3.7.11", "daemon_directory = /nonexistent", line);
    }

    internal ManualClock Clock { get; }

    internal string StateFile => Path.Combine(_data, "pool_state");

    internal PoolFile File => new(_scratch.Load());

    /// <summary>What the last export said of the age of its keys.</summary>
    internal string ExportNote { get; private set; } = "";

    internal string MainCf => Path.Combine(_scratch.Path, "main.cf");

    /// <summary>Runs the verb; returns its exit status and output.</summary>
    internal (int Status, string Output) Run(PoolVerb verb)
    {
        verb.Directories = [_scratch.Path];
        StringWriter output = new();
        verb.Execute(output, new Log());
        return (verb.Status, output.ToString().Replace(_scratch.Path, "DIR", StringComparison.Ordinal)
            .Replace(StateFile, "STATE", StringComparison.Ordinal));
    }

    internal (int Status, string Output) Run(string action, params string[] arguments) =>
        Run(new PoolVerb { Action = action, Arguments = arguments, Clock = Clock });

    /// <summary>Writes the export to a file that others cannot read.</summary>
    internal string Export()
    {
        string path = Path.Combine(_data, "export");
        using SafeFileHandle file = Open(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        ExportNote = PoolExporter.Write(File, (int)file.DangerousGetHandle(), force: false, Clock);
        return path;
    }

    /// <summary>Lets time pass on both clocks of the host, the machine's own by the stored reading of it.</summary>
    internal void Pass(int seconds)
    {
        Clock.Seconds += seconds;
        byte[] state = System.IO.File.ReadAllBytes(StateFile);
        foreach (int start in new[] { 0, SecondSlot })
        {
            Span<byte> slot = state.AsSpan(start, SlotBytes);
            Span<byte> trusted = slot[BootOffset..];
            BinaryPrimitives.WriteInt64LittleEndian(trusted, BinaryPrimitives.ReadInt64LittleEndian(trusted) - seconds);
            SHA256.HashData(slot[..ChecksumOffset], slot[ChecksumOffset..]);
        }

        System.IO.File.WriteAllBytes(StateFile, state);
    }

    /// <summary>The generations of the stored state with the periods of their keys.</summary>
    internal (uint Generation, long Period)[] Stored()
    {
        byte[] state = System.IO.File.ReadAllBytes(StateFile);
        return
        [
            .. Enumerable.Range(0, state[CountOffset]).Select(index => state.AsMemory(ChainOffset + (index * ChainBytes)))
                .Select(static chain => (
                    BinaryPrimitives.ReadUInt32LittleEndian(chain.Span),
                    BinaryPrimitives.ReadInt64LittleEndian(chain.Span[sizeof(long)..]))),
        ];
    }

    internal static SafeFileHandle Open(string path, UnixFileMode mode)
    {
        System.IO.File.Delete(path);
        return new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.ReadWrite,
            UnixCreateMode = mode,
        }).SafeFileHandle;
    }

    public void Dispose()
    {
        _scratch.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    /// <summary>A clock that stands.</summary>
    internal sealed class ManualClock : TimeProvider
    {
        internal long Seconds { get; set; }

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(Seconds);
    }
}
