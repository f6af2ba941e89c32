using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests;

/// <summary>
/// A client like those of Postfix 2.11, which no longer builds with current OpenSSL. It closes a connection that has
/// unread input before a request, and requires the attributes in order and every secret in its exact size.
/// </summary>
public sealed class OldestClientTests
{
    private const string Version = "2.11.11";
    private const string NotFound = "4294967295";
    private const int NameBytes = 16;
    private const int KeyBytes = 16;
    private const int TicketKeyBytes = NameBytes + KeyBytes + KeyBytes + sizeof(long);
    private const int EncryptionSeconds = 1800;

    private static readonly string[] MainCf =
        ["smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache"];

    [Theory]
    [InlineData("the parent")]
    [InlineData("main.cf")]
    [InlineData("an option")]
    public void It_is_served_when_its_version_is_set_by(string source)
    {
        using RunningDaemon daemon = new(
            source == "main.cf" ? [.. MainCf, $"mail_version = {Version}"] : MainCf,
            source == "an option" ? ["-o", $"mail_version={Version}"] : [],
            source == "the parent" ? Version : null);
        using AttributeClient smtpd = daemon.Connect();

        // Connections are greeted in order: when the second client has its reply, a greeting of the first would have
        // arrived.
        using (AttributeClient other = daemon.Connect())
        {
            Ask(other, "policy", ("cache_type", "smtpd"))
                .ShouldBe([("status", "0"), ("cachable", "1"), ("timeout", "3600")]);
        }

        Secret(Ask(smtpd, "seed", ("size", "32")), "seed").Length.ShouldBe(32);
        Session(smtpd);
        TicketKey(smtpd);
        smtpd.HasInput.ShouldBeFalse();
        daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    private static void Session(AttributeClient smtpd)
    {
        byte[] session = [.. Enumerable.Range(0, 1500).Select(static i => (byte)i)];
        (string, string)[] id = [("cache_type", "smtpd"), ("cache_id", "0123ABCD&s=smtp&l=268439663")];
        Ask(smtpd, "lookup", id).ShouldBe([("status", NotFound), ("session", "")]);
        Ask(smtpd, "update", [.. id, ("session", Convert.ToBase64String(session))]).ShouldBe([("status", "0")]);
        Secret(Ask(smtpd, "lookup", id), "session").ShouldBe(session);
        Ask(smtpd, "delete", id).ShouldBe([("status", "0")]);
        Ask(smtpd, "lookup", id).ShouldBe([("status", NotFound), ("session", "")]);
    }

    private static void TicketKey(AttributeClient smtpd)
    {
        long before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        byte[] key = Secret(Ask(smtpd, "tktkey", ("keyname", "")), "keybuf");
        long after = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        key.Length.ShouldBe(TicketKeyBytes);
        BinaryPrimitives.ReadInt64LittleEndian(key.AsSpan(^sizeof(long)))
            .ShouldBeInRange(before + EncryptionSeconds - 1, after + EncryptionSeconds - 1);
        byte[][] parts = [.. key[..^sizeof(long)].Chunk(KeyBytes)];
        parts.Select(Convert.ToHexString).Distinct().Count().ShouldBe(3);

        Secret(Ask(smtpd, "tktkey", ("keyname", Convert.ToBase64String(parts[0]))), "keybuf").ShouldBe(key);
        string unknown = Convert.ToBase64String(parts[1]);
        Ask(smtpd, "tktkey", ("keyname", unknown)).ShouldBe([("status", NotFound), ("keybuf", unknown)]);
    }

    private static IReadOnlyList<(string Name, string Value)> Ask(
        AttributeClient client, string request, params (string Name, string Value)[] attributes)
    {
        client.HasInput.ShouldBeFalse("unread input before the request");
        client.Send([.. attributes.Prepend(("request", request)).Select(
            static attribute => (attribute.Item1, Encoding.UTF8.GetBytes(attribute.Item2)))]);
        return
        [
            .. client.ReadList().Select(
                static attribute => (attribute.Name, Encoding.UTF8.GetString(attribute.Value))),
        ];
    }

    private static byte[] Secret(IReadOnlyList<(string Name, string Value)> reply, string name)
    {
        reply.Select(static attribute => attribute.Name).ShouldBe(["status", name]);
        reply[0].Value.ShouldBe("0");
        return Convert.FromBase64String(reply[1].Value);
    }
}
