namespace TlsMgr.Random;

/// <summary>The progress of one round of reading.</summary>
internal enum EntropyProgress
{
    /// <summary>More bytes are expected; the bytes collected so far are kept.</summary>
    Waiting,

    /// <summary>All bytes of the round are collected.</summary>
    Complete,

    /// <summary>The round failed; <see cref="EntropyChannel.Fault"/> is the reason.</summary>
    Failed,
}
