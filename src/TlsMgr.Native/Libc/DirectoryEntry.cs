namespace TlsMgr.Native.Libc;

/// <summary>struct dirent64: inode, offset, length and type of the record, then the name.</summary>
internal struct DirectoryEntry
{
    internal const int NameOffset = 19;
}
