using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    internal int Descriptor;
    internal short Events;
    internal short ReturnedEvents;
}
