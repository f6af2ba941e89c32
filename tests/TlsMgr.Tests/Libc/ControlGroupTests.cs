using System;
using System.IO;
using Shouldly;
using TlsMgr.Native.Libc;
using Xunit;

namespace TlsMgr.Tests.Libc;

/// <summary>The memory limit of the control group, read from files that imitate the kernel's.</summary>
public sealed class ControlGroupTests : IDisposable
{
    private const string UnifiedMount = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate";
    private const string MemoryMount =
        "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("tlsmgr-groups-");

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData("max", "max", "16777216", 16777216)]
    [InlineData("16777216", "max", "max", 16777216)]
    [InlineData("max", "50000", "60000", 50000)]
    [InlineData("max", "70000", "60000", 60000)]
    [InlineData("max", "max", "max", long.MaxValue)]
    [InlineData("max", "", "x", long.MaxValue)]
    [InlineData("max", "-1", "99999999999999999999", long.MaxValue)]
    public void The_smallest_limit_of_the_group_and_its_ancestors_counts(
        string upper, string middle, string own, long expected)
    {
        Write("proc/self/cgroup", "0::/upper/middle/own\n");
        Write("proc/self/mountinfo", $"22 1 254:0 / / rw - ext4 /dev/vda rw\n{UnifiedMount}\n");
        Write("sys/fs/cgroup/upper/memory.max", $"{upper}\n");
        Write("sys/fs/cgroup/upper/middle/memory.max", $"{middle}\n");
        Write("sys/fs/cgroup/upper/middle/own/memory.max", $"{own}\n");

        ControlGroup.ReadMemoryLimit(_root.FullName).ShouldBe(expected);
    }

    [Fact]
    public void Version_1_has_a_hierarchy_for_memory_beside_others()
    {
        Write("proc/self/cgroup", "5:devices:/d\n4:memory,hugetlb:/a/b\n1:name=systemd:/c\n0::/\n");
        Write("proc/self/mountinfo", $"""
            36 31 0:33 / /sys/fs/cgroup/devices rw - cgroup cgroup rw,devices
            {MemoryMount}
            38 31 0:35 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw

            """);
        Write("sys/fs/cgroup/devices/d/memory.limit_in_bytes", "1\n");
        Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        Write("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "33554432\n");
        Write("sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "67108864\n");

        ControlGroup.ReadMemoryLimit(_root.FullName).ShouldBe(33554432);
    }

    [Theory]
    [InlineData("/docker/id", "/docker/id", "")] // the group itself is mounted
    [InlineData("/docker/id/sub", "/docker/id", "/sub")]
    [InlineData("/", "/", "")] // a namespace of control groups
    [InlineData("/../other", "/", "")] // outside of the namespace
    [InlineData("/docker/idle", "/docker/id", "")]
    public void In_a_container_the_path_counts_from_the_mounted_group(string group, string mounted, string directory)
    {
        Write("proc/self/cgroup", $"0::{group}\n");
        Write("proc/self/mountinfo", UnifiedMount.Replace(" / /sys", $" {mounted} /sys", StringComparison.Ordinal));
        Write("other/memory.max", "1\n");
        Write($"sys/fs/cgroup{directory}/memory.max", "16777216\n");

        ControlGroup.ReadMemoryLimit(_root.FullName).ShouldBe(16777216);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("0::/own\n", null)]
    [InlineData(null, "")]
    [InlineData("", "garbage\n30 - cgroup2\n - \n")]
    [InlineData("0::/own\n", "30 23 0:26 / /sys/fs/cgroup\n")]
    public void What_cannot_be_read_is_no_limit(string? groups, string? mounts)
    {
        if (groups is not null)
        {
            Write("proc/self/cgroup", groups);
        }

        if (mounts is not null)
        {
            Write("proc/self/mountinfo", mounts);
        }

        ControlGroup.ReadMemoryLimit(_root.FullName).ShouldBe(long.MaxValue);
    }

    private void Write(string path, string text)
    {
        string file = Path.Combine(_root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
