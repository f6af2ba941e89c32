// The comparison's entry: reads the command line and runs one verb.
// Exit status: 0 as it should be, 1 a difference, 2 the comparison itself could not work.

using System;
using System.ComponentModel;
using System.IO;
using System.Net.Sockets;
using CommandLine;
using TlsMgr.Differential;
using TlsMgr.Differential.Recording;

const int CannotWork = 2;

try
{
    return Parser.Default.ParseArguments<CheckOptions, FuzzOptions, RecordOptions>(args).MapResult(
        (CheckOptions options) => CheckVerb.Execute(options, Console.Out),
        (FuzzOptions options) => FuzzVerb.Execute(options, Console.Out),
        (RecordOptions options) => RecordVerb.Execute(options, Console.Out),
        static errors => errors.IsHelp() || errors.IsVersion() ? 0 : CannotWork);
}
catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or SocketException or Win32Exception)
{
    Console.Error.WriteLine($"error: {fault.Message}");
    return CannotWork;
}
