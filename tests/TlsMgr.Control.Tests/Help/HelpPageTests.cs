using System;
using System.Linq;
using Shouldly;
using TlsMgr.Control.Help;
using Xunit;

namespace TlsMgr.Control.Tests.Help;

/// <summary>The pages of help, at widths of terminals.</summary>
public sealed class HelpPageTests
{
    [Fact]
    public void The_page_of_the_program_has_each_verb_once_with_a_sentence()
    {
        string[] lines = HelpPage.OfProgram(200).Split('\n');

        foreach (VerbHelp verb in VerbList.All)
        {
            lines.Count(line => line.StartsWith($"  {verb.Name} ", StringComparison.Ordinal)).ShouldBe(1, verb.Name);
            verb.Text.ShouldEndWith(".");
        }

        lines[0].ShouldBe("Usage: tlsmgrctl VERB [OPTION...] [ARGUMENT...]");
    }

    [Fact]
    public void The_page_of_a_verb_has_its_arguments_before_its_options()
    {
        HelpPage.OfVerb(VerbList.Find("lookup")!, 60).ShouldBe("""
            Usage: tlsmgrctl lookup [OPTION...] CACHE ID

            Look a session up. Its size is shown, never its content.

              CACHE         smtpd, smtp or lmtp.
              ID            The cache id, as list shows it.
              -c DIRECTORY  The directory of main.cf. Default:
                            MAIL_CONFIG, else /etc/postfix.
              --json        Print JSON instead of a table.
              --help        Show this help.
              --version     Show the version, and that of the LMDB
                            inside.

            """);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(200)]
    public void No_line_is_longer_than_the_terminal_is_wide(int width)
    {
        string[] pages = [HelpPage.OfProgram(width), .. VerbList.All.Select(verb => HelpPage.OfVerb(verb, width))];

        // A usage line is one line, whatever its length: it is copied.
        pages.SelectMany(page => page.Split('\n').Skip(1)).Max(line => line.Length).ShouldBeInRange(1, width);
    }
}
