using System;
using System.Runtime.InteropServices;
using Shouldly;
using TlsMgr.Native.Libc;

namespace TlsMgr.Tests.Sessions;

/// <summary>A limit on the size of files, of the complete process, until it is disposed of: a disk that is full.</summary>
internal sealed partial class FileSizeLimit : IDisposable
{
    private const int FileSizeResource = 1;

    private readonly ResourceLimit _original;

    internal FileSizeLimit(ulong bytes)
    {
        // Without this the kernel ends a process that writes beyond the limit; the daemon does the same at its start.
        ProcessControl.IgnoreSignal(SignalNumber.FileSizeLimit);
        GetLimit(FileSizeResource, out _original).ShouldBe(0);
        ResourceLimit lowered = _original with { Current = bytes };
        SetLimit(FileSizeResource, in lowered).ShouldBe(0);
    }

    public void Dispose() => SetLimit(FileSizeResource, in _original);

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out ResourceLimit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in ResourceLimit limit);

    private record struct ResourceLimit(ulong Current, ulong Maximum);
}
