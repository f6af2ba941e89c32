using System.Net;

namespace TlsMgr.Pool.Settings;

/// <summary>A place to connect to.</summary>
/// <param name="Address">The address that the library takes.</param>
/// <param name="Name">The name for the log: <c>redis.example.com:6379</c>.</param>
/// <param name="HostName">The name that a certificate must have.</param>
internal sealed record ServerEndPoint(EndPoint Address, string Name, string HostName);
