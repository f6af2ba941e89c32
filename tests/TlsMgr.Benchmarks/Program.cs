// The benchmark's entry. Exit status: 0 every target that was measured is met, 1 one is missed, 2 the benchmark itself
// could not work.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using CommandLine;
using TlsMgr.Benchmarks;
using TlsMgr.Benchmarks.Measures;
using TlsMgr.Benchmarks.Report;

const int TargetMissed = 1;
const int BenchmarkFault = 2;

try
{
    return Parser.Default.ParseArguments<BenchmarkOptions>(args).MapResult(
        Run, static errors => errors.IsHelp() || errors.IsVersion() ? 0 : BenchmarkFault);
}
catch (Exception fault) when (fault is BenchmarkException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"error: {fault.Message}");
    return BenchmarkFault;
}

static int Run(BenchmarkOptions options)
{
    Plan plan = options.Quick ? Plan.Quick : Plan.Full;
    string[] machine = [.. Machine.Describe(options.TlsMgr)];
    Results results = new Benchmark(options.TlsMgr, plan, Console.Error).Run();
    List<Verdict> verdicts = new Targets(results).Judge();
    using StringWriter report = new();
    new ReportWriter(results, report).Write(verdicts, machine, plan);
    Console.Write(report);
    if (options.Report is not null)
    {
        File.WriteAllText(options.Report, report.ToString().TrimEnd() + "\n");
    }

    Verdict[] missed = [.. verdicts.Where(static verdict => verdict.IsMissed)];
    int measured = verdicts.Count(static verdict => verdict.Measured is not null);
    Console.WriteLine($"{measured} targets measured, {missed.Length} missed");
    return missed.Length == 0 ? 0 : TargetMissed;
}
