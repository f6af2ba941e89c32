namespace TlsMgr.Postfix.Memory;

/// <summary>How scarce the blocks are. Each level includes the restrictions of the levels before it.</summary>
internal enum BlockPressure
{
    /// <summary>No restriction.</summary>
    None,

    /// <summary>Large messages and replies are refused.</summary>
    Scarce,

    /// <summary>No connection may keep a block from one turn to the next.</summary>
    Full,

    /// <summary>Few blocks are left: a turn ends and sends its replies before it serves another connection.</summary>
    Exhausted,
}
