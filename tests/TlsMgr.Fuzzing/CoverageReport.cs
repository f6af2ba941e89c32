using System;
using System.IO;
using System.Linq;

namespace TlsMgr.Fuzzing;

/// <summary>Writes how many blocks were reached, for each type with at least one reached block.</summary>
internal static class CoverageReport
{
    internal static void Write(TextWriter output)
    {
        var types = File.ReadLines(Instrumentation.BlockList(AppContext.BaseDirectory))
            .Select((method, block) => (Type: method.Split("::")[0].Split('/')[0], Visited: Coverage.WasVisited(block)))
            .GroupBy(block => block.Type)
            .Select(type => (Name: type.Key, Visited: type.Count(block => block.Visited), All: type.Count()))
            .Where(type => type.Visited > 0).OrderBy(type => type.Name, StringComparer.Ordinal).ToArray();
        foreach ((string name, int visited, int all) in types)
        {
            output.WriteLine($"{visited,5} of {all,4}  {name}");
        }

        output.WriteLine($"{types.Sum(type => type.Visited),5} of {types.Sum(type => type.All),4}  all of these");
    }
}
