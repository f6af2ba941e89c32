// One daemon after the other: a process that is being started holds on to every file that another thread is writing just
// then, and a program that is open for writing cannot be run.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
