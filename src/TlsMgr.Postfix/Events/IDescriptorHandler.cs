using TlsMgr.Native.Libc;

namespace TlsMgr.Postfix.Events;

/// <summary>Handles the events of a watched descriptor.</summary>
public interface IDescriptorHandler
{
    /// <summary>Handles events. Must not throw, and must do a bounded amount of work.</summary>
    void OnEvents(EpollEvents events);
}
