using System;
using System.IO;
using Shouldly;
using TlsMgr.Benchmarks;
using TlsMgr.Benchmarks.Servers;
using Xunit;

namespace TlsMgr.Tests.Benchmarks;

public sealed class BaselineBuildTests : IDisposable
{
    private readonly DirectoryInfo _repository = Directory.CreateTempSubdirectory("baseline-");
    private readonly StringWriter _progress = new();
    private readonly BaselineBuild _baseline;

    public BaselineBuildTests()
    {
        _baseline = new BaselineBuild(_repository.FullName, "NativeAOT 10.0.0", _progress);
    }

    public void Dispose()
    {
        _progress.Dispose();
        _repository.Delete(recursive: true);
    }

    [Fact]
    public void A_clone_without_the_commit_gets_one_line_with_the_remedy()
    {
        Command.Read("git", "init", "--quiet", _repository.FullName);

        BenchmarkException fault = Should.Throw<BenchmarkException>(_baseline.Provide);

        fault.Message.ShouldBe(
            "the baseline, commit be6b2ca, is not in this clone; a shallow one gets it with git fetch --unshallow");
        _progress.ToString().ShouldBeEmpty();
    }

    [Fact]
    public void A_directory_without_git_gets_one_line_with_the_reason()
    {
        BenchmarkException fault = Should.Throw<BenchmarkException>(_baseline.Provide);

        fault.Message.ShouldStartWith("git cannot read the baseline, commit be6b2ca: fatal: not a git repository");
        fault.Message.ShouldNotContain('\n');
    }

    [Fact]
    public void A_finished_build_is_used_again_without_git()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_baseline.BinaryPath)!);
        File.WriteAllText(_baseline.BinaryPath, "");

        _baseline.Provide().ShouldBe(_baseline.BinaryPath);

        _progress.ToString().ShouldBeEmpty();
    }

    [Fact]
    public void A_build_belongs_to_its_commit_and_its_compiler()
    {
        BaselineBuild later = new(_repository.FullName, "NativeAOT 10.0.1", _progress);

        later.BinaryPath.ShouldNotBe(_baseline.BinaryPath);
        _baseline.BinaryPath.ShouldContain(BaselineBuild.Commit);
    }
}
