// tlsmgrctl: the administrator's tool beside tlsmgr(8). Finds the verb of the command line and runs it. Must never act
// without a verb.

using System;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using CommandLine;
using CommandLine.Text;
using TlsMgr.Control.Service;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control;

internal static class Program
{
    /// <summary>The program's name, as its messages show it.</summary>
    internal const string Name = "tlsmgrctl";

    /// <summary>Every verb: a new one gets a file of its own, a line here, and its attribute below.</summary>
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
        Log log = new();
        log.ReplaceTargets(new StandardErrorTarget(Name));
        using Parser parser = new(static settings =>
        {
            settings.HelpWriter = null;
            settings.AllowMultiInstance = true;
        });
        ParserResult<object> result = parser.ParseArguments(OverrideOption.Terminate(arguments), Verbs);
        if (result.Value is not Verb verb)
        {
            return Explain(result);
        }

        try
        {
            verb.Execute(Console.Out, log);
            return verb.Status;
        }
        catch (FatalException fault)
        {
            log.Write(LogSeverity.Fatal, fault.Message);
            return ExitStatus.Refused;
        }
        catch (NoAnswerException fault)
        {
            log.Write(LogSeverity.Fatal, fault.Message);
            return ExitStatus.NoAnswer;
        }
    }

    /// <summary>Help is an answer when it was asked for, and a complaint otherwise.</summary>
    private static int Explain(ParserResult<object> result)
    {
        if (result.Errors.IsVersion())
        {
            Console.Out.WriteLine(HeadingInfo.Default);
            return ExitStatus.Good;
        }

        bool isWanted = result.Errors.IsHelp();
        HelpText help = HelpText.AutoBuild(
            result,
            text =>
            {
                text.AdditionalNewLineAfterOption = false;
                text.AddPreOptionsLine($"\nUsage: {Name} VERB [OPTION...] [NAME...]");
                return isWanted ? text : HelpText.DefaultParsingErrorsHandler(result, text);
            },
            static example => example,
            verbsIndex: result.Errors.Any(static fault => fault is BadVerbSelectedError));
        (isWanted ? Console.Out : Console.Error).WriteLine(help);
        return isWanted ? ExitStatus.Good : ExitStatus.Refused;
    }
}
