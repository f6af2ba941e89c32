using TlsMgr.Native.Libc;

namespace TlsMgr.Postfix.Events;

/// <summary>The registration of one watched descriptor; reusable for another one after its removal.</summary>
/// <param name="handler">Handles the events.</param>
public sealed class Watch(IDescriptorHandler handler)
{
    internal int Descriptor { get; private set; }

    internal ulong Token { get; private set; }

    internal IDescriptorHandler Handler => handler;

    internal EpollEvents Events { get; set; }

    internal void Begin(int descriptor, ulong token, EpollEvents events)
    {
        Descriptor = descriptor;
        Token = token;
        Events = events;
    }
}
