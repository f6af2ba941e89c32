// The inputs are those of the recordings that exist; only what the daemon does is recorded anew.

using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

namespace TlsMgr.Differential.Recording;

/// <summary>The verb record: writes the recordings in fixtures/ from the distribution's tlsmgr.</summary>
internal static class RecordVerb
{
    /// <summary>Returns the exit status: 0.</summary>
    internal static int Execute(RecordOptions options, TextWriter output)
    {
        RecordedDaemon recorded = new(options.TlsMgr);
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
            string inputs = Directory.GetFiles(
                Path.Combine(options.Into, Path.GetDirectoryName(recorder.File)!), $"{Path.GetFileName(recorder.File)}-3.*.txt").First();
            string[] lines = recorder.Record(recorded, inputs);
            string path = Path.Combine(options.Into, $"{recorder.File}-{recorded.Version.ShortText}.txt");
            File.WriteAllLines(path, lines);
            lock (output)
            {
                output.WriteLine($"{path}: {lines.Length} lines");
            }
        });
        return 0;
    }
}
