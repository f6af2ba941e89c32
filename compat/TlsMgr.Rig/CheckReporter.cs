using System;
using System.IO;
using System.Threading;

namespace TlsMgr.Rig;

/// <summary>
/// Prints each check by name, ok or FAILED, and counts them for the last line and the exit status. Checks may run side
/// by side.
/// </summary>
internal sealed class CheckReporter(TextWriter output)
{
    private readonly Lock _lock = new();
    private int _passed;
    private int _failed;

    /// <summary>Runs a check and reports it. A <see cref="RigException"/> fails the check and not the run.</summary>
    /// <param name="name">The statement that is checked.</param>
    /// <param name="findFault">Returns why it does not hold, or null.</param>
    internal void Run(string name, Func<string?> findFault)
    {
        try
        {
            Report(new Check(name, findFault()));
        }
        catch (RigException fault)
        {
            Report(new Check(name, fault.Message));
        }
    }

    /// <summary>Reports the result of a check.</summary>
    internal void Report(Check check)
    {
        using Lock.Scope scope = _lock.EnterScope();
        if (check.Fault is null)
        {
            _passed++;
            output.WriteLine($"ok      {check.Name}");
        }
        else
        {
            _failed++;
            output.WriteLine($"FAILED  {check.Name}: {check.Fault}");
        }
    }

    /// <summary>Prints what is no check: something observed, or a check that this machine does not allow.</summary>
    internal void Note(string text)
    {
        using Lock.Scope scope = _lock.EnterScope();
        output.WriteLine($"note    {text}");
    }

    /// <summary>Prints the counts; returns the exit status: 0, or 1 when a check failed.</summary>
    internal int Finish()
    {
        output.WriteLine($"{_passed} passed, {_failed} failed");
        return _failed == 0 ? 0 : 1;
    }
}
