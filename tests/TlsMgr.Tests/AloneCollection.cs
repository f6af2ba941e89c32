// Tests that no other test may run beside. Those that start a program belong here as well: until a started program has
// replaced the copy of this process, that copy holds each open descriptor, and what a test beside it closes stays open.

using Xunit;

namespace TlsMgr.Tests;

/// <summary>The tests that change the whole process, or start programs: one after another, when all others have run.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
