// The entry of the differential test: reads the command line and runs one verb.
// Exit status: 0 success, 1 a difference, 2 a fault of the test or its environment.

using System;
using System.ComponentModel;
using System.IO;
using System.Net.Sockets;
using CommandLine;
using TlsMgr.Differential;
using TlsMgr.Differential.Recording;

const int TestFault = 2;

try
{
    return Parser.Default.ParseArguments<CheckOptions, FuzzOptions, RecordOptions>(args).MapResult(
        (CheckOptions options) => CheckVerb.Execute(options, Console.Out),
        (FuzzOptions options) => FuzzVerb.Execute(options, Console.Out),
        (RecordOptions options) => RecordVerb.Execute(options, Console.Out),
        static errors => errors.IsHelp() || errors.IsVersion() ? 0 : TestFault);
}
catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or SocketException or Win32Exception)
{
    Console.Error.WriteLine($"error: {fault.Message}");
    return TestFault;
}
