using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Linq;
using CommandLine;
using CommandLine.Text;
using TlsMgr.Control.Client;
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
    /// <summary>The name of the program in its messages.</summary>
    internal const string Name = "tlsmgrctl";

    private const string HelpOption = "--help";

    /// <summary>All verbs. A new one gets a file of its own, a line here, and an attribute on Main.</summary>
    private static readonly Type[] Verbs =
    [
        typeof(BenchVerb),
        typeof(ConfigVerb),
        typeof(DoctorVerb),
        typeof(LookupVerb),
        typeof(PingVerb),
        typeof(PolicyVerb),
        typeof(SeedVerb),
        typeof(DeleteVerb),
        typeof(FlushVerb),
        typeof(KeysVerb),
        typeof(ListVerb),
        typeof(RotateVerb),
        typeof(StatsVerb),
    ];

    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(BenchVerb))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(ConfigVerb))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(DoctorVerb))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(LookupVerb))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(PingVerb))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(PolicyVerb))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(SeedVerb))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(DeleteVerb))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(FlushVerb))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(KeysVerb))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(ListVerb))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(RotateVerb))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(StatsVerb))]
    private static int Main(string[] arguments)
    {
        StandardDescriptors.OpenClosed();
        Log log = new();
        log.ReplaceTargets(new StandardErrorTarget(Name));
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
            return ExitStatus.NoReply;
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
        using Parser parser = new(static settings =>
        {
            settings.HelpWriter = null;
            settings.AllowMultiInstance = true;
            settings.EnableDashDash = true;
        });

        // The parser itself prints the list of verbs for "help VERB".
        string[] words = arguments is ["help", { } name, ..] ? [name, HelpOption] : arguments;
        ParserResult<object> result = parser.ParseArguments(OverrideOption.Terminate(words), Verbs);
        if (result.Value is not Verb verb)
        {
            return Explain(result, complaint: null, output);
        }

        if (verb.Surplus.FirstOrDefault() is { } word)
        {
            return Explain(
                parser.ParseArguments([words[0], HelpOption], Verbs), $"Argument '{word}' is one too many.", output);
        }

        verb.Execute(output, log);
        return verb.Status;
    }

    /// <summary>Prints help: to standard output when it was requested, else with the error to standard error.</summary>
    /// <param name="result">The parsed command line.</param>
    /// <param name="complaint">An error that the parser does not report itself; null for none.</param>
    /// <param name="output">Standard output.</param>
    private static int Explain(ParserResult<object> result, string? complaint, TextWriter output)
    {
        if (result.Errors.IsVersion())
        {
            output.WriteLine($"{HeadingInfo.Default}, LMDB {LmdbLibrary.Version}");
            return ExitStatus.Good;
        }

        bool isRequested = complaint is null && result.Errors.IsHelp();
        HelpText help = HelpText.AutoBuild(
            result,
            text =>
            {
                text.AdditionalNewLineAfterOption = false;
                if (complaint is not null)
                {
                    text.AddPreOptionsLine($"\nERROR(S):\n  {complaint}");
                }

                text.AddPreOptionsLine($"\nUsage: {Name} VERB [OPTION...] [NAME...]");
                return isRequested || complaint is not null ? text : HelpText.DefaultParsingErrorsHandler(result, text);
            },
            static example => example,
            verbsIndex: result.Errors.Any(static fault => fault is BadVerbSelectedError));
        if (isRequested)
        {
            output.WriteLine(help);
            return ExitStatus.Good;
        }

        StandardDescriptors.WriteError(help);
        return ExitStatus.Refused;
    }
}
