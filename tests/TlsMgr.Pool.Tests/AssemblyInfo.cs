// Tests run one at a time: while a program is being started, its copy of the test process keeps every file open that
// another thread is writing, and a program that is open for writing cannot be run.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
