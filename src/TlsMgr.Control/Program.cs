using System;
using System.IO;
using System.Linq;
using CommandLine;
using CommandLine.Text;
using TlsMgr.Control.Client;
using TlsMgr.Control.Help;
using TlsMgr.Control.Output;
using TlsMgr.Control.Verbs;
using TlsMgr.Native.Lmdb;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control;

/// <summary>
/// tlsmgrctl, the administrator's tool beside tlsmgr(8): finds the verb of the command line and runs it.
/// </summary>
internal static class Program
{
    private const string EndOfOptions = "--";

    private static readonly string[] HelpWords = ["help", "-h", "--help"];
    private static readonly string[] VersionWords = ["version", "--version"];

    private static int Main(string[] arguments)
    {
        StandardDescriptors.OpenClosed();
        Terminal.ForbidEscapes();
        Log log = new();
        log.ReplaceTargets(new StandardErrorTarget(HelpPage.ProgramName));
        try
        {
            using StandardOutput output = new();
            return Run(arguments, output, log);
        }
        catch (FatalException fault)
        {
            log.Write(LogSeverity.Fatal, fault.Message);
            return ExitStatus.Refused;
        }
        catch (NoReplyException fault)
        {
            log.Write(LogSeverity.Fatal, fault.Message);
            return fault.IsDenied ? ExitStatus.Refused : ExitStatus.NoReply;
        }
        catch (UnwritableException fault)
        {
            if (!fault.IsClosedPipe)
            {
                log.Write(LogSeverity.Fatal, fault.Message);
            }

            return ExitStatus.Unwritable;
        }
        catch (Exception fault)
        {
            // The last resort: one line in place of an abort and a core file.
            log.Write(LogSeverity.Fatal, $"internal error: {fault.GetType().Name}: {fault.Message}");
            return ExitStatus.Internal;
        }
    }

    private static int Run(string[] arguments, TextWriter output, Log log)
    {
        string first = arguments.FirstOrDefault() ?? throw new FatalException(CommandLineFault.NoVerb);
        if (VersionWords.Contains(first))
        {
            RefuseSurplus(arguments, 1);
            return PrintVersion(output);
        }

        if (HelpWords.Contains(first))
        {
            RefuseSurplus(arguments, 2);
            output.Write(HelpOf(arguments.ElementAtOrDefault(1)));
            return ExitStatus.Good;
        }

        VerbHelp help = FindVerb(first);
        foreach (string word in arguments.Skip(1).TakeWhile(static word => word != EndOfOptions))
        {
            // As with postconf(1), -h of config is another option.
            if (word == "--help" || (word == "-h" && help.Type != typeof(ConfigVerb)))
            {
                output.Write(HelpPage.OfVerb(help, Terminal.Columns));
                return ExitStatus.Good;
            }

            if (word == "--version")
            {
                return PrintVersion(output);
            }
        }

        Verb verb = Parse(arguments, help);
        verb.Execute(output, log);
        return verb.Status;
    }

    /// <summary>The words help and version stand in the place of a verb, and have pages, too.</summary>
    private static string HelpOf(string? name) => name switch
    {
        null => HelpPage.OfProgram(Terminal.Columns),
        "help" => HelpPage.OfHelp,
        "version" => HelpPage.OfVersion,
        _ => HelpPage.OfVerb(FindVerb(name), Terminal.Columns),
    };

    /// <exception cref="FatalException">There are more words than a command takes.</exception>
    private static void RefuseSurplus(string[] arguments, int allowed)
    {
        if (arguments.Length > allowed)
        {
            throw new FatalException(CommandLineFault.Surplus(arguments[0], arguments[allowed]));
        }
    }

    private static Verb Parse(string[] arguments, VerbHelp help)
    {
        using Parser parser = new(static settings =>
        {
            settings.HelpWriter = null;
            settings.AllowMultiInstance = true;
            settings.EnableDashDash = true;
            settings.AutoHelp = false;
            settings.AutoVersion = false;
        });
        ParserResult<object> result = parser.ParseArguments(OverrideOption.Terminate(arguments), VerbList.Types);
        Verb verb = result.Value as Verb ?? throw new FatalException(CommandLineFault.Of(help, result.Errors));
        return verb.Surplus.FirstOrDefault() is { } word
            ? throw new FatalException(CommandLineFault.Surplus(help, word))
            : verb;
    }

    private static VerbHelp FindVerb(string name) =>
        VerbList.Find(name) ?? throw new FatalException(CommandLineFault.UnknownVerb(name));

    private static int PrintVersion(TextWriter output)
    {
        output.WriteLine($"{HeadingInfo.Default}, LMDB {LmdbLibrary.Version}");
        return ExitStatus.Good;
    }
}
