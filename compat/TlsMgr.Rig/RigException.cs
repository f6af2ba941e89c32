// The one way the rig gives up: a line for a person. Must never carry a stack trace to the terminal.

using System;

namespace TlsMgr.Rig;

/// <summary>The rig cannot go on; the message says why in one line.</summary>
internal sealed class RigException(string message) : Exception(message);
