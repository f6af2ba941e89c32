using System.IO;
using Shouldly;
using TlsMgr.Control.Doctor;
using Xunit;

namespace TlsMgr.Control.Tests.Doctor;

/// <summary>Remedies change a value where it is set.</summary>
public sealed class RemedyTests
{
    private const string Name = "tls_random_bytes";

    [Fact]
    public void A_parameter_of_tlsmgr_cf_is_changed_there()
    {
        using ScratchInstallation scratch = new();
        string file = $"{scratch.Path}/tlsmgr.cf";
        File.WriteAllText(file, "tlsmgr_control_socket = x\n");
        ExaminedInstallation examined = new(scratch.Load());

        examined.Reset("tlsmgr_control_socket")
            .ShouldBe($"sed -i '/^tlsmgr_control_socket[[:space:]]*=/d' {file}, then postfix reload");
        examined.Set("tlsmgr_control_socket", "y").ShouldBe(
            $"sed -i '/^tlsmgr_control_socket[[:space:]]*=/d' {file} && "
                + $"printf '%s\\n' 'tlsmgr_control_socket = y' >>{file}, then postfix reload");
        examined.MoveToOwnFile("tlsmgr_control_socket", "it's").ShouldBe(
            $"printf '%s\\n' 'tlsmgr_control_socket = it'\\''s' >>{file} && "
                + $"postconf -c {scratch.Path} -X tlsmgr_control_socket");
    }

    [Fact]
    public void A_value_of_main_cf_is_set_there()
    {
        using ScratchInstallation scratch = new();
        ExaminedInstallation examined = new(scratch.Load());

        examined.Set(Name, "32").ShouldBe($"postconf -c {scratch.Path} 'tls_random_bytes=32', then postfix reload");
        examined.Reset(Name).ShouldBe($"postconf -c {scratch.Path} -X tls_random_bytes, then postfix reload");
        examined.SetField("chroot", "y").ShouldBe($"postconf -c {scratch.Path} -F 'tlsmgr/unix/chroot=y', then postfix reload");
    }

    [Theory]
    [InlineData(" -o tls_random_bytes=16")]
    [InlineData(" -o { tls_random_bytes = 16 }")]
    public void A_value_of_an_option_is_set_in_master_cf(string option)
    {
        using ScratchInstallation scratch = new(ScratchInstallation.Entry + option);
        ExaminedInstallation examined = new(scratch.Load());

        examined.Set(Name, "32")
            .ShouldBe($"postconf -c {scratch.Path} -P 'tlsmgr/unix/tls_random_bytes=32', then postfix reload");
        examined.Reset(Name)
            .ShouldBe($"postconf -c {scratch.Path} -PX 'tlsmgr/unix/tls_random_bytes', then postfix reload");
    }

    [Fact]
    public void A_value_in_one_word_with_its_option_is_edited_by_hand()
    {
        using ScratchInstallation scratch = new(ScratchInstallation.Entry + " -otls_random_bytes=16");
        ExaminedInstallation examined = new(scratch.Load());
        string place = $"in the options of tlsmgr in {scratch.MasterCf}, then postfix reload";

        examined.Set(Name, "32").ShouldBe($"set tls_random_bytes=32 {place}");
        examined.Reset(Name).ShouldBe($"remove tls_random_bytes {place}");
    }

    [Fact]
    public void A_master_cf_that_postconf_rejects_is_corrected_first()
    {
        using ScratchInstallation scratch = new("a unix - - y 1x 1 x\n" + ScratchInstallation.Entry);

        new ExaminedInstallation(scratch.Load()).SetField("chroot", "y").ShouldBe(
            "correct that line of master.cf first: "
            + $"postconf -c {scratch.Path} -F 'tlsmgr/unix/chroot=y', then postfix reload");
    }
}
