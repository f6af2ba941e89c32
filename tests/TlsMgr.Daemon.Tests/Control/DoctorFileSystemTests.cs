using System.Collections.Generic;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Control;

/// <summary>
/// tlsmgrctl doctor where data_directory cannot be written to, or a socket in it is another user's: only root can bring that
/// about. The mounts are seen by the tool alone.
/// </summary>
[Trait("Needs", "root")]
public sealed class DoctorFileSystemTests
{
    private static readonly (string Title, string Prepare)[] Faults =
    [
        ("a read-only file system", "mount --bind $1/data $1/data; mount -o remount,bind,ro $1/data;"),
        (
            "a full file system",
            "mount -t tmpfs -o size=8k,mode=755,uid=$(id -u postfix) tmpfs $1/data; "
            + "head -c 8192 /dev/zero > $1/data/full;"),
        ("a control socket of another user", "chown nobody $1/data/tlsmgr_control;"),
        ("a cache that is a symbolic link", "ln -sf /nonexistent $1/data/smtpd_scache.lmdb;"),
    ];

    [Fact]
    public void Each_fault_is_told_with_a_remedy()
    {
        using ControlRig rig = new();
        HashSet<string> healthy = [.. rig.Run("doctor").Lines];
        string said = "";
        foreach ((string title, string prepare) in Faults)
        {
            CommandOutput output = CommandOutput.Of(
                "/usr/bin/unshare", "--mount", "/bin/sh", "-ec", $"{prepare} exec $0 doctor -c $1/config",
                PublishedBinary.Control, rig.Directories.Root);
            output.Errors.ShouldBeEmpty();
            IEnumerable<string> lines = (output with { Output = rig.Mask(output.Output) }).Lines;
            said += $"== {title}: status {output.Status}\n"
                + string.Concat(lines.Where(line => !healthy.Contains(line)).Select(line => $"{line}\n"));
        }

        ControlRig.ShouldBeApproved(said, "doctor-file-systems.approved.txt");
    }
}
