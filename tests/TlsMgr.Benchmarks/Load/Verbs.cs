namespace TlsMgr.Benchmarks.Load;

/// <summary>The kinds of load, by their names in load.c.</summary>
internal static class Verbs
{
    internal const string Seed = "seed";
    internal const string Policy = "policy";
    internal const string Lookup = "lookup";
    internal const string Update = "update";
    internal const string Delete = "delete";

    /// <summary>60 % lookup, 25 % update, 10 % seed, 5 % policy.</summary>
    internal const string Mix = "mix";

    /// <summary>What smtpd(8) processes ask for where mail is received, as recorded.</summary>
    internal const string Receiving = "receiving";

    /// <summary>Stores every key once.</summary>
    internal const string Fill = "fill";

    /// <summary>Lookups from clients that send until their socket takes no more, read nothing, and connect anew.</summary>
    internal const string Flood = "flood";

    /// <summary>The loads that are measured.</summary>
    internal static readonly string[] All = [Seed, Policy, Lookup, Update, Delete, Mix, Receiving];

    /// <summary>The loads that have targets.</summary>
    internal static readonly string[] Judged = [Seed, Policy, Lookup, Update, Delete, Mix];
}

/// <summary>The cache types of the protocol.</summary>
internal static class Caches
{
    internal const string Smtpd = "smtpd";

    internal static readonly string[] All = [Smtpd, "smtp", "lmtp"];
}
