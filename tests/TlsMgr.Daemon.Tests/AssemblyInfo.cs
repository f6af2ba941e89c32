// One daemon after the other: while a program is being started, its copy of the test process keeps open every file that
// another thread writes at that moment, and a program that is open for writing cannot be run.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
