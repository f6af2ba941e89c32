// The daemon is not there, or does not answer as it should. The program ends with a status of its own for that.

using System;

namespace TlsMgr.Control.Client;

/// <summary>No answer from tlsmgr. The message is one line that says what was tried and what happened.</summary>
internal sealed class NoAnswerException(string message) : Exception(message);
