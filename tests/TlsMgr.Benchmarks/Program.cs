// Exit status: 0 every measured target is met, 1 a target is missed, 2 the benchmark cannot run.

using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.IO;
using System.Linq;
using CommandLine;
using TlsMgr.Benchmarks;
using TlsMgr.Benchmarks.Measures;
using TlsMgr.Benchmarks.Report;
using TlsMgr.Benchmarks.Report.Charts;
using TlsMgr.Benchmarks.Scale;
using TlsMgr.Benchmarks.Servers;
using TlsMgr.Testing;

const int TargetMissed = 1;
const int BenchmarkFailed = 2;

try
{
    return Parser.Default.ParseArguments<BenchmarkOptions>(args).MapResult(
        Run, static errors => errors.IsHelp() || errors.IsVersion() ? 0 : BenchmarkFailed);
}
catch (Exception fault)
    when (fault is BenchmarkException or IOException or UnauthorizedAccessException or Win32Exception)
{
    Console.Error.WriteLine($"error: {fault.Message}");
    return BenchmarkFailed;
}

static int Run(BenchmarkOptions options)
{
    if (options.Scale > 0)
    {
        new PoolScale(options.TlsMgr, options.Scale, Console.Out).Run(options.Minutes, options.Rate);
        return 0;
    }

    Plan plan = options.Quick ? Plan.Quick : Plan.Full;
    if (options.Starts)
    {
        Starts starts = Starts.Measure(ServerDefinition.Ours(options.TlsMgr), plan);
        StartTables.Write(starts, Console.Out);
        return StartTables.WriteVerdicts(starts, Console.Out) ? TargetMissed : 0;
    }

    string[] machine = [.. Machine.Describe(), Binary.Describe("this build", options.TlsMgr)];
    string compiler = Binary.Compiler(File.ReadAllBytes(options.TlsMgr));
    string baseline = new BaselineBuild(RepositoryRoot.Path, compiler, Console.Error).Provide();
    string[] facts = [.. machine, Binary.Describe($"baseline, commit {BaselineBuild.ShortCommit}", baseline)];
    Results results = new Benchmark(
        ServerDefinition.Ours(options.TlsMgr), ServerDefinition.Baseline(baseline), plan, Console.Error).Run();
    List<Verdict> verdicts = new Targets(results).Judge();
    using StringWriter report = new();
    new ReportWriter(results, report).Write(verdicts, facts, plan);
    Console.Write(report);
    if (options.Report is not null)
    {
        File.WriteAllText(options.Report, report.ToString().TrimEnd() + "\n");
        new Chart(results, $"{plan.Description}; {facts[0]}; {facts[1]}").Draw()
            .Save(Path.ChangeExtension(options.Report, ".svg"));
    }

    Verdict[] missed = [.. verdicts.Where(static verdict => verdict.IsMissed)];
    int measured = verdicts.Count(static verdict => verdict.Measured is not null);
    Console.WriteLine($"{measured} targets measured, {missed.Length} missed");
    return missed.Length == 0 ? 0 : TargetMissed;
}
