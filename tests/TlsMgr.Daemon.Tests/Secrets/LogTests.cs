using System.Collections.Generic;
using Shouldly;
using Xunit;

namespace TlsMgr.Daemon.Tests.Secrets;

/// <summary>The published binary logs no secret, at any log level.</summary>
[Trait("Needs", "root")]
public sealed class LogTests
{
    private const string Session = "U0VDUkVUU0VDUkVUU0VDUkVUU0VDUkVUU0VDUkVUU0VDUkVU";

    [Fact]
    public void No_seed_key_or_session_is_logged_with_v_given_three_times()
    {
        using RunningDaemon daemon = new(
            [
                "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache", "smtpd_tls_loglevel = 4",
                "tls_random_reseed_period = 1s", "tls_random_prng_update_period = 1s",
            ],
            ["-u", "-c", "-v", "-v", "-v"]);
        List<string> texts = [];
        string Ask(string request)
        {
            string reply = daemon.Ask(request);
            texts.AddRange(daemon.Log.TakeTexts());
            return reply;
        }

        string seed = Ask("request|seed|size|64||").Split('|')[3];
        string key = Ask("request|tktkey|keyname|||").Split('|')[3];
        Ask($"request|update|cache_type|smtpd|cache_id|x|session|{Session}||").ShouldBe("status|0||");
        Ask("request|lookup|cache_type|smtpd|cache_id|x||").ShouldBe($"status|0|session|{Session}||");
        Ask($"request|update|cache_type|smtpd|cache_id|x|session|{Session}?||").ShouldBe("status|4294967294||");
        Ask($"request|update|cache_type|smtpd|{Session}|x||");
        Ask("request|delete|cache_type|smtpd|cache_id|x||").ShouldBe("status|0||");
        daemon.HangUp().ShouldBe(0);
        texts.AddRange(daemon.Log.TakeTexts());

        texts.Count.ShouldBeGreaterThan(50, "a short log would prove nothing");
        string all = string.Join('\n', texts);
        foreach (string secret in new[] { seed, key, Session })
        {
            all.ShouldNotContain(secret[..16]);
        }
    }
}
