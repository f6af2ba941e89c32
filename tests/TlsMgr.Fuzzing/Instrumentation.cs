using System.Collections.Generic;
using System.IO;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace TlsMgr.Fuzzing;

/// <summary>Rewrites our assemblies so that each basic block reports that it was reached.</summary>
internal sealed class Instrumentation
{
    private static readonly string[] Assemblies = ["TlsMgr.Native.dll", "TlsMgr.Postfix.dll", "TlsMgr.dll", "tlsmgrctl.dll"];

    private readonly List<string> _blocks = [];

    /// <summary>The path of the file that names the method of each block, one line for each.</summary>
    internal static string BlockList(string directory) => Path.Combine(directory, "blocks.txt");

    /// <summary>Rewrites the assemblies in a directory; no program may be running from it.</summary>
    internal static void Rewrite(string directory)
    {
        Instrumentation instrumentation = new();
        foreach (string file in Assemblies.Select(name => Path.Combine(directory, name)))
        {
            instrumentation.RewriteAssembly(file);
        }

        File.WriteAllLines(BlockList(directory), instrumentation._blocks);
    }

    private void RewriteAssembly(string file)
    {
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(new MemoryStream(File.ReadAllBytes(file)));
        MethodReference visit = assembly.MainModule.ImportReference(typeof(Coverage).GetMethod(nameof(Coverage.Visit)));

        // A debug build has assertions; without the attribute the compiler optimises it all the same.
        foreach (CustomAttribute attribute in assembly.CustomAttributes
            .Where(attribute => attribute.AttributeType.Name == "DebuggableAttribute").ToArray())
        {
            assembly.CustomAttributes.Remove(attribute);
        }

        foreach (MethodDefinition method in assembly.MainModule.GetAllTypes()
            .SelectMany(type => type.Methods).Where(method => method.HasBody))
        {
            RewriteMethod(method, visit);
        }

        assembly.Write(file);
    }

    private void RewriteMethod(MethodDefinition method, MethodReference visit)
    {
        MethodBody body = method.Body;
        body.SimplifyMacros();
        ILProcessor processor = body.GetILProcessor();
        foreach (Instruction start in FindBlocks(body))
        {
            // The instruction object becomes the first of three, so that every branch to it leads to the call.
            Instruction moved = Instruction.Create(OpCodes.Nop);
            (moved.OpCode, moved.Operand) = (start.OpCode, start.Operand);
            (start.OpCode, start.Operand) = (OpCodes.Ldc_I4, _blocks.Count);
            processor.InsertAfter(start, moved);
            processor.InsertAfter(start, Instruction.Create(OpCodes.Call, visit));
            _blocks.Add($"{method.DeclaringType.FullName}::{method.Name}");
        }

        body.OptimizeMacros();
    }

    private static HashSet<Instruction> FindBlocks(MethodBody body)
    {
        HashSet<Instruction> starts = [body.Instructions[0]];
        foreach (Instruction instruction in body.Instructions)
        {
            if (instruction.Operand is Instruction target)
            {
                starts.Add(target);
            }
            else if (instruction.Operand is Instruction[] targets)
            {
                starts.UnionWith(targets);
            }

            if (instruction.OpCode.FlowControl == FlowControl.Cond_Branch)
            {
                starts.Add(instruction.Next);
            }
        }

        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            starts.Add(handler.HandlerStart);
        }

        return starts;
    }
}
