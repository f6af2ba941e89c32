using System;

namespace TlsMgr.Rig;

/// <summary>
/// The rig cannot continue. The message gives the cause in one line and is printed without a stack trace.
/// </summary>
internal sealed class RigException(string message) : Exception(message);
