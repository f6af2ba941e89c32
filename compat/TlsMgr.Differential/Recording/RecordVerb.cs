// The verb record: plays the inputs of the recordings in fixtures/ to the distribution's tlsmgr and writes down anew what it
// does. Must never write what any other daemon did.

using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

namespace TlsMgr.Differential.Recording;

/// <summary>Records the original.</summary>
internal static class RecordVerb
{
    /// <summary>Answers the exit status: 0.</summary>
    internal static int Execute(RecordOptions options, TextWriter output)
    {
        RecordedDaemon original = new(options.TlsMgr);
        (string File, Func<RecordedDaemon, string, string[]> Record)[] recorders =
        [
            ("wire/wire", WireRecorder.Record),
            ("config/command-line", CommandLineRecorder.Record),
            ("config/main.cf", MainCfRecorder.Record),
            ("config/main.cf-more", MainCfRecorder.Record),
            ("config/main.cf-order", MainCfRecorder.Record),
            ("config/main.cf-hosts", MainCfRecorder.Record),
            ("sessions/cache-log", CacheLogRecorder.Record),
            ("sessions/expiry-log", ExpiryLogRecorder.Record),
            ("sessions/loglevel", LogLevelRecorder.Record),
        ];
        Parallel.ForEach(recorders, recorder =>
        {
            // The inputs are those of the recording that is there.
            string inputs = Directory.GetFiles(
                Path.Combine(options.Into, Path.GetDirectoryName(recorder.File)!), $"{Path.GetFileName(recorder.File)}-3.*.txt").First();
            string[] lines = recorder.Record(original, inputs);
            string path = Path.Combine(options.Into, $"{recorder.File}-{original.Version.ShortText}.txt");
            File.WriteAllLines(path, lines);
            lock (output)
            {
                output.WriteLine($"{path}: {lines.Length} lines");
            }
        });
        return 0;
    }
}
