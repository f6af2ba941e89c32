using Shouldly;
using TlsMgr.Random;
using Xunit;

namespace TlsMgr.Tests.Random;

/// <summary>Paths inside the jail.</summary>
public sealed class JailPathTests
{
    [Theory]
    [InlineData("/var/spool/postfix", "/var/spool/postfix/dev/urandom", "/dev/urandom")]
    [InlineData("/var/spool/postfix/", "/var/spool/postfix/dev/urandom", "/dev/urandom")]
    [InlineData("/var/spool/postfix", "/var/spool/postfix-2/dev/urandom", "/var/spool/postfix-2/dev/urandom")]
    [InlineData("/var/spool/postfix", "/var/spool/postfix", "/var/spool/postfix")]
    [InlineData("/var/spool/postfix", "/dev/urandom", "/dev/urandom")]
    [InlineData(null, "/var/spool/postfix/dev/urandom", "/var/spool/postfix/dev/urandom")]
    public void Only_a_path_below_the_jail_changes_and_only_inside_it(string? jail, string path, string inside)
    {
        JailPath paths = new(jail);
        paths.Resolve(path).ShouldBe(path);

        paths.IsEntered = true;
        paths.Resolve(path).ShouldBe(inside);
    }
}
