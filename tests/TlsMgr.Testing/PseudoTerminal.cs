using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace TlsMgr.Testing;

/// <summary>A pseudo-terminal with a program in it, as an administrator has one.</summary>
public sealed partial class PseudoTerminal : IDisposable
{
    private const int ReadWriteNotControlling = 0x102; // O_RDWR | O_NOCTTY
    private const string SetControllingTerminal = "/usr/bin/setsid";
    private const int BufferBytes = 65536;

    private readonly int _master;
    private readonly int _slave;
    private readonly FileStream _stream;
    private readonly StringBuilder _output = new();

    /// <summary>Opens a terminal of a size.</summary>
    public PseudoTerminal(int columns, int rows)
    {
        _master = OpenMaster(ReadWriteNotControlling);
        if (_master < 0 || Grant(_master) != 0 || Unlock(_master) != 0)
        {
            throw new IOException("no pseudo-terminal can be had");
        }

        Path = Marshal.PtrToStringUTF8(NameOf(_master))!;
        _slave = Open(Path, ReadWriteNotControlling);
        _stream = new FileStream(new SafeFileHandle(_master, ownsHandle: true), FileAccess.ReadWrite, bufferSize: 0);
        Resize(columns, rows);
    }

    /// <summary>The path of the terminal.</summary>
    public string Path { get; }

    /// <summary>The settings, as stty(1) prints them for itself.</summary>
    public string Settings => CommandOutput.Of("stty", "-F", Path, "-g").Output;

    /// <summary>Changes the size; the kernel signals the program.</summary>
    public void Resize(int columns, int rows) =>
        CommandOutput.Of("stty", "-F", Path, "cols", $"{columns}", "rows", $"{rows}");

    /// <summary>Starts a program, whose controlling terminal this is.</summary>
    public SpawnedProcess Start(string program, IEnumerable<string> arguments, string type)
    {
        Dictionary<string, string> environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(static pair => (string)pair.Key, static pair => (string?)pair.Value ?? "");
        environment["TERM"] = type;
        environment.Remove("MAIL_CONFIG");
        environment.Remove("NO_COLOR");
        return SpawnedProcess.Start(
            SetControllingTerminal, [SetControllingTerminal, "--ctty", program, .. arguments], environment, "/",
            new Dictionary<int, int> { [0] = _slave, [1] = _slave, [2] = _slave });
    }

    /// <summary>Types keys.</summary>
    public void Type(string keys) => _stream.Write(Encoding.UTF8.GetBytes(keys));

    /// <summary>Reads what the program writes until a text is among it; returns all output since the last call.</summary>
    /// <exception cref="TimeoutException">The text does not come in time.</exception>
    public string ReadUntil(string text, TimeSpan timeout)
    {
        long start = Stopwatch.GetTimestamp();
        byte[] buffer = new byte[BufferBytes];
        while (!_output.ToString().Contains(text, StringComparison.Ordinal))
        {
            TimeSpan left = timeout - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                throw new TimeoutException($"no {text} in: {_output}");
            }

            if (Native.Libc.PollWait.ForReading(_master, (int)left.TotalMilliseconds) > 0)
            {
                _output.Append(Encoding.UTF8.GetString(buffer, 0, _stream.Read(buffer)));
            }
        }

        string result = _output.ToString();
        _output.Clear();
        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        Native.Libc.FileDescriptor.Close(_slave);
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt")]
    private static partial int OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt")]
    private static partial int Grant(int master);

    [LibraryImport("libc", EntryPoint = "unlockpt")]
    private static partial int Unlock(int master);

    [LibraryImport("libc", EntryPoint = "ptsname")]
    private static partial nint NameOf(int master);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
