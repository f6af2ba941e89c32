// Coverage-guided fuzzing of the code that reads untrusted bytes. run.sh runs the steps; between the last two, host.c
// fuzzes:
//   instrument DIRECTORY          rewrites our assemblies in a copy of this program
//   seeds TARGET DIRECTORY        writes the initial corpus
//   cover TARGET DIRECTORY        runs a corpus once and reports how many blocks of each type it reaches

using System;
using System.IO;
using System.Linq;
using TlsMgr.Fuzzing.Targets;

namespace TlsMgr.Fuzzing;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["instrument", var directory]:
                Instrumentation.Rewrite(directory);
                return 0;
            case ["seeds", var target, var directory]:
                WriteSeeds(target, directory);
                return 0;
            case ["cover", var target, var directory]:
                Cover(target, directory);
                return 0;
            default:
                Console.Error.WriteLine("usage: instrument DIRECTORY | (seeds | cover) TARGET DIRECTORY");
                return 2;
        }
    }

    private static void WriteSeeds(string name, string directory)
    {
        using FuzzTarget target = FuzzTarget.Open(name);
        foreach ((int index, byte[] seed) in target.Seeds.Index())
        {
            File.WriteAllBytes(Path.Combine(directory, $"seed-{index:d3}"), seed);
        }
    }

    private static void Cover(string name, string directory)
    {
        using FuzzTarget target = FuzzTarget.Open(name);
        foreach (string file in Directory.GetFiles(directory))
        {
            target.Run(File.ReadAllBytes(file));
        }

        CoverageReport.Write(Console.Out);
    }
}
