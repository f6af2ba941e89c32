// Random stores, lookups, deletes and restarts of a small cache, beside a model of its two lanes.

using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using TlsMgr.Sessions;
using Xunit;

namespace TlsMgr.Tests.Sessions;

public sealed class EvictionModelTests
{
    private const int Entries = 5;
    private const int Ids = 9;

    /// <summary>Steps of a second each: no session is half an hour old, and a use is remembered to the end.</summary>
    private const int Steps = 120;

    private static readonly byte[] Tls12 = Convert.FromHexString("3081f90201010202030304021302");
    private static readonly byte[] Tls13 = Convert.FromHexString("3081f90201010202030404021302");

    [Fact]
    public void A_cache_holds_what_a_queue_with_two_lanes_would()
    {
        Prop.ForAll(
            Gen.Choose(0, (10 * Ids) - 1).ArrayOf(Steps).ToArbitrary(),
            static steps =>
            {
                using CacheRig rig = new();
                Open(rig);
                Model model = new();
                foreach (int step in steps)
                {
                    rig.Clock.Advance(TimeSpan.FromSeconds(1));
                    Run(rig, model, step / Ids, (byte)(step % Ids));
                    rig.Smtpd.Figures.Entries.ShouldBe(model.Sessions.Count);
                }

                Enumerable.Range(0, Ids).Where(id => rig.Find([(byte)id]) is not null)
                    .ShouldBe(model.Sessions.Keys.Order().Select(static id => (int)id));
                rig.Faults.ShouldBeEmpty();
            }).QuickCheckThrowOnFailure();
    }

    private static void Run(CacheRig rig, Model model, int action, byte id)
    {
        switch (action)
        {
            case <= 5:
                bool isEvictedFirst = action <= 2;
                rig.StoreTurn([id], isEvictedFirst ? Tls13 : Tls12).ShouldBe(CacheResult.Done);
                EvictToTheEnd(rig);
                model.Store(id, isEvictedFirst);
                break;
            case <= 7:
                (rig.Find([id]) is not null).ShouldBe(model.Use(id));
                break;
            case 8:
                rig.Smtpd.Delete([id]);
                rig.Caches.EndTurn();
                model.Delete(id);
                break;
            default:
                rig.Caches.Dispose();
                Open(rig);
                model.Used.Clear();
                break;
        }
    }

    private static void EvictToTheEnd(CacheRig rig)
    {
        for (int i = 0; rig.Caches.SweepStep(); i++)
        {
            i.ShouldBeLessThan(Ids, "each step removes sessions");
            rig.Caches.EndTurn();
        }

        rig.Caches.EndTurn();
    }

    private static void Open(CacheRig rig) =>
        rig.Open(new SessionCacheSettings("smtpd", $"btree:{rig.Root}/smtpd", 3600, "0")
        {
            EntryLimit = Entries,
            Tls13 = Tls13Keeping.EvictFirst,
        });

    private sealed class Model
    {
        private readonly List<(byte Id, int Stamp)> _first = [];
        private readonly List<(byte Id, int Stamp)> _main = [];
        private readonly HashSet<int> _moved = [];
        private int _stamp;

        /// <summary>The sessions, each with the stamp of its store.</summary>
        internal Dictionary<byte, int> Sessions { get; } = [];

        internal HashSet<byte> Used { get; } = [];

        internal void Store(byte id, bool isEvictedFirst)
        {
            int previous = Sessions.GetValueOrDefault(id);
            Sessions[id] = ++_stamp;
            int stamp = _stamp;
            for (int i = 0; i < CacheLimits.EvictionsPerStore && Sessions.Count > Entries; i++)
            {
                RemoveFirst();
            }

            (isEvictedFirst ? _first : _main).Add((id, stamp));
            Dequeue(id, previous);
            while (Sessions.Count > Entries)
            {
                RemoveFirst();
            }
        }

        internal bool Use(byte id)
        {
            bool isFound = Sessions.ContainsKey(id);
            if (isFound)
            {
                Used.Add(id);
            }

            return isFound;
        }

        internal void Delete(byte id)
        {
            if (Sessions.Remove(id, out int stamp))
            {
                Dequeue(id, stamp);
            }
        }

        /// <summary>Removes the entry of a session, unless it has moved: then it stays until its turn comes.</summary>
        private void Dequeue(byte id, int stamp)
        {
            _first.Remove((id, stamp));
            if (!_moved.Contains(stamp))
            {
                _main.Remove((id, stamp));
            }
        }

        private void RemoveFirst()
        {
            bool isFirstLane = _first.Count > 0;
            List<(byte Id, int Stamp)> lane = isFirstLane ? _first : _main;
            (byte id, int stamp) = lane[0];
            lane.RemoveAt(0);
            if (Sessions.GetValueOrDefault(id) != stamp)
            {
                return;
            }

            if (isFirstLane && Used.Contains(id))
            {
                _moved.Add(stamp);
                _main.Add((id, stamp));
            }
            else
            {
                Sessions.Remove(id);
            }
        }
    }
}
