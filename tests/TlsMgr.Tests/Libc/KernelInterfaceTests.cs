// The values of the C compilers are recorded in kernel-interface.ARCHITECTURE.txt: a test must not need both compilers'
// headers. The suite arm64 compiles kernel-interface.c and system-calls.c anew and compares.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Seccomp;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Libc;

/// <summary>What our declarations say about the kernel and the C library is what C compilers say.</summary>
public sealed class KernelInterfaceTests
{
    private const BindingFlags Any =
        BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Assembly Native = typeof(MachineInterface).Assembly;

    /// <summary>Constants of these rooms that are ours, or that the headers of Debian 11 lack.</summary>
    private static readonly HashSet<string> NotCompared =
    [
        // Limits, and file formats that are text.
        "BootIdentity.LengthBytes", "BootIdentity.ToleranceSeconds", "ControlGroup.MaximumFileBytes",
        "ControlGroup.MountRoot", "ControlGroup.MountPoint", "Epoll.MaximumAligned", "LocalTime.FirstYear",
        "ProcessControl.HostNameBytes", "UnixSocket.PiecesPerCall", "UserIdentity.EntryBufferBytes",
        "KernelRandom.None",

        // -1 for "none", for a failure, or for no limit.
        "AddressSpace.MapFailed", "PollWait.Unlimited", "ReservedMemory.Failed", "SignalDescriptor.NewDescriptor",

        // Device numbers, permissions of keys and the range of errors: of the kernel, in no header for programs.
        "FileStatus.MemoryDevices", "FileStatus.RandomDevice", "FileStatus.NonBlockingRandomDevice",
        "KernelKeyring.Permissions", "UserIdentity.HighestId",

        // By number on x86-64; MachineInterface has it for both.
        "OpenFlags.NoFollow",

        // None of a set; a rule that is not the kernel's; a sum of compared flags.
        "EpollEvents.None", "FilterVerdict.NextRule", "SystemCallFilter.QuietFlags",

        // Younger than the headers. Their numbers are the same on all architectures.
        "Landlock.CreateRuleset", "Landlock.RestrictSelf", "Landlock.AskVersion", "Landlock.FirstVersionForAllThreads",
        "Landlock.AllThreads", "Landlock.FileRights", "Landlock.BindRight", "Landlock.ConnectRight",
        "Landlock.Scopes",
    ];

    [Theory]
    [InlineData("x64")]
    [InlineData("arm64")]
    public void Every_value_is_that_of_the_compiler(string architecture)
    {
        MachineInterface machine = architecture == "arm64" ? MachineInterface.Arm64 : MachineInterface.X64;
        machine.Architecture.ToString().ShouldBe(architecture, StringCompareShould.IgnoreCase);

        Dictionary<string, long> compiled = Read(architecture);

        compiled.Count.ShouldBeGreaterThan(300);
        compiled.Where(pair => ValueOf(pair.Key, machine) != pair.Value)
            .Select(pair => $"{pair.Key}: {ValueOf(pair.Key, machine)}, compiler: {pair.Value}").ShouldBeEmpty();
    }

    [Fact]
    public void Both_architectures_have_the_same_names() =>
        Read("arm64").Keys.ShouldBe(Read("x64").Keys);

    [Fact]
    public void Every_number_in_the_declarations_is_compared()
    {
        HashSet<string> compared = [.. Read("x64").Keys];
        IEnumerable<string> constants = Native.GetTypes()
            .Where(type => type.Namespace is "TlsMgr.Native.Libc" or "TlsMgr.Native.Seccomp")
            .SelectMany(type => type.GetFields(Any).Where(field => field.IsLiteral && field.FieldType != typeof(string))
                .Select(field => $"{type.FullName}.{field.Name}"["TlsMgr.".Length..]));

        constants.Where(name => !compared.Contains(name) && !NotCompared.Contains(name.Split('.', 3)[2]))
            .ShouldBeEmpty();
    }

    [Theory]
    [InlineData(OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.CloseOnExec, 0xa0000, 0x88000)]
    [InlineData(OpenFlags.ReadWrite | OpenFlags.Create, 0x42, 0x42)]
    public void A_flag_of_open_has_the_number_of_the_architecture(OpenFlags flags, int x64, int arm64)
    {
        FileDescriptor.NumberOf(flags, MachineInterface.X64).ShouldBe(x64);
        FileDescriptor.NumberOf(flags, MachineInterface.Arm64).ShouldBe(arm64);
    }

    [Fact]
    public void An_event_has_the_layout_of_each_architecture()
    {
        Layout<EpollEvent>().ShouldBe(
            (MachineInterface.X64.EpollEventBytes, MachineInterface.X64.EpollTokenOffset));
        Layout<AlignedEpollEvent>().ShouldBe(
            (MachineInterface.Arm64.EpollEventBytes, MachineInterface.Arm64.EpollTokenOffset));

        static (int Size, int Token) Layout<T>() =>
            (Marshal.SizeOf<T>(), (int)Marshal.OffsetOf<T>(nameof(EpollEvent.Token)));
    }

    private static Dictionary<string, long> Read(string architecture) => File
        .ReadLines(Path.Combine(
            RepositoryRoot.Path, "tests", "TlsMgr.Tests", "Libc", $"kernel-interface.{architecture}.txt"))
        .Select(line => line.Split(' '))
        .ToDictionary(words => words[0], words => long.Parse(words[1], CultureInfo.InvariantCulture));

    /// <summary>The value of a constant or property, the offset of a field, or the size of a structure.</summary>
    private static long ValueOf(string name, MachineInterface machine)
    {
        string path = $"TlsMgr.{name}";
        if (Find(path) is { } structure)
        {
            return Marshal.SizeOf(structure);
        }

        int dot = path.LastIndexOf('.');
        Type type = Find(path[..dot]).ShouldNotBeNull(name);
        string member = path[(dot + 1)..];
        if (type == typeof(SystemCall))
        {
            return Enum.Parse<SystemCall>(member).On(machine) ?? -1;
        }

        return type == typeof(MachineInterface)
            ? Convert.ToInt64(type.GetProperty(member)!.GetValue(machine), CultureInfo.InvariantCulture)
            : type.GetField(member, Any).ShouldNotBeNull(name) is { IsLiteral: true } constant
                ? Convert.ToInt64(constant.GetRawConstantValue(), CultureInfo.InvariantCulture)
                : (long)Marshal.OffsetOf(type, member);
    }

    private static Type? Find(string name) =>
        Native.GetType(name) ?? typeof(TlsMgr.Postfix.Process.AllowedSystemCalls).Assembly.GetType(name);
}
