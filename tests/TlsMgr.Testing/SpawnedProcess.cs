// .NET's own Process class can neither pass exactly these descriptors nor wait for the end of a process without
// polling.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

namespace TlsMgr.Testing;

/// <summary>A child process with exactly the given descriptors, arguments and environment.</summary>
public sealed unsafe partial class SpawnedProcess
{
    private const int DuplicateCloseOnExec = 1030;
    private const int FirstFreeDescriptor = 200;
    private const int PidFdOpen = 434;
    private const int FileActionsBytes = 256;
    private const short Readable = 1;
    private const int OrStopped = 2; // WUNTRACED
    private const int Stopped = 0x7f;

    private int? _exitStatus;

    private SpawnedProcess(int id) => Id = id;

    public int Id { get; }

    /// <summary>Starts a program.</summary>
    /// <param name="path">The path of the program.</param>
    /// <param name="arguments">Its arguments, <c>argv[0]</c> first.</param>
    /// <param name="environment">Its complete environment.</param>
    /// <param name="directory">Its working directory.</param>
    /// <param name="descriptors">Our descriptors, by their numbers in the child; it gets no others.</param>
    /// <exception cref="IOException">The program cannot be started.</exception>
    public static SpawnedProcess Start(
        string path, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, string directory,
        IReadOnlyDictionary<int, int> descriptors)
    {
        // Moved to high numbers first, so that duplicating one does not overwrite another.
        Dictionary<int, int> moved = [];
        foreach ((int target, int source) in descriptors)
        {
            moved[target] = Fcntl(source, DuplicateCloseOnExec, FirstFreeDescriptor);
        }

        byte* actions = stackalloc byte[FileActionsBytes];
        SpawnActionsInit(actions);
        using NativeStrings argumentList = new(arguments);
        using NativeStrings environmentList = new([.. Pairs(environment)]);
        foreach ((int target, int source) in moved)
        {
            SpawnActionsDuplicate(actions, source, target);
        }

        fixed (byte* directoryBytes = Encode(directory))
        fixed (byte* pathBytes = Encode(path))
        {
            SpawnActionsChangeDirectory(actions, directoryBytes);
            int id = 0;
            int error = Spawn(&id, pathBytes, actions, null, argumentList.Pointer, environmentList.Pointer);
            SpawnActionsDestroy(actions);
            foreach (int source in moved.Values)
            {
                Close(source);
            }

            return error == 0
                ? new SpawnedProcess(id)
                : throw new IOException($"cannot start {path}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    /// <summary>
    /// Waits for the end; returns the exit status, or the negated signal number; null at the timeout.
    /// </summary>
    public int? WaitForExit(TimeSpan timeout)
    {
        if (_exitStatus is not null)
        {
            return _exitStatus;
        }

        int descriptor = (int)SystemCall(PidFdOpen, Id, 0);
        PollEntry entry = new() { Descriptor = descriptor, Wanted = Readable };
        long start = Stopwatch.GetTimestamp();
        int ready;
        do
        {
            // SIGCHLD interrupts poll(2): it arrives when the process is stopped and when it continues.
            TimeSpan left = timeout - Stopwatch.GetElapsedTime(start);
            ready = Poll(&entry, 1, int.Max(0, (int)left.TotalMilliseconds));
        }
        while (ready < 0 && Stopwatch.GetElapsedTime(start) < timeout);

        Close(descriptor);
        if (ready <= 0)
        {
            return null;
        }

        int status = 0;
        Wait(Id, &status, 0);
        TakeExitStatus(status);
        return _exitStatus;
    }

    /// <summary>Waits until a signal stops the process; false when it has ended instead.</summary>
    public bool WaitForStop()
    {
        int status = 0;
        Wait(Id, &status, OrStopped);
        if ((status & 0xff) == Stopped)
        {
            return true;
        }

        TakeExitStatus(status);
        return false;
    }

    public void Signal(int signal) => Kill(Id, signal);

    /// <summary>Sends a signal to a process that another class started.</summary>
    public static void Send(int id, int signal) => Kill(id, signal);

    private void TakeExitStatus(int status)
    {
        int signal = status & 0x7f;
        _exitStatus = signal != 0 ? -signal : (status >> 8) & 0xff;
    }

    private static IEnumerable<string> Pairs(IReadOnlyDictionary<string, string> environment)
    {
        foreach ((string name, string value) in environment)
        {
            yield return $"{name}={value}";
        }
    }

    private static byte[] Encode(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    /// <summary>A NULL-terminated list of C strings.</summary>
    private sealed class NativeStrings : IDisposable
    {
        private readonly int _count;

        internal NativeStrings(IReadOnlyList<string> strings)
        {
            _count = strings.Count;
            Pointer = (byte**)NativeMemory.AllocZeroed((nuint)(_count + 1), (nuint)sizeof(byte*));
            for (int i = 0; i < _count; i++)
            {
                Pointer[i] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[i]);
            }
        }

        internal byte** Pointer { get; }

        public void Dispose()
        {
            for (int i = 0; i < _count; i++)
            {
                Marshal.FreeCoTaskMem((nint)Pointer[i]);
            }

            NativeMemory.Free(Pointer);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        internal int Descriptor;
        internal short Wanted;
        internal short Happened;
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    private static partial int Spawn(int* id, byte* path, byte* actions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int SpawnActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int SpawnActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int SpawnActionsDuplicate(byte* actions, int source, int target);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np")]
    private static partial int SpawnActionsChangeDirectory(byte* actions, byte* directory);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Fcntl(int descriptor, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(nint number, nint first, nint second);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(PollEntry* entries, nint count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int Wait(int id, int* status, int options);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int id, int signal);
}
