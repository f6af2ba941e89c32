using System;
using System.IO;

namespace TlsMgr.Tests.Config;

/// <summary>A temporary directory for one test, removed after it.</summary>
internal sealed class ScratchDirectory : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("tlsmgr-config-").FullName;

    public void Dispose() => Directory.Delete(Path, true);

    internal string Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    internal string Write(string name, byte[] content)
    {
        string path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
