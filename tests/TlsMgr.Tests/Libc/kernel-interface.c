// The kernel's and the C library's values of what TlsMgr declares in C#, by the names of the C# members below the namespace
// TlsMgr. A constant has a value, a field its offset, a structure its size. KernelInterfaceTests compares them. Compiled
// for each architecture to assembler text, and not run: each line "->NAME VALUE" of it is one of them.
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define VALUE(name, value) __asm__ volatile("\n.ascii \"->" name " %0\"" : : "i"((long)(value)))
#define SIZE(name, type) VALUE(name, sizeof(type))
#define OFFSET(name, type, field) VALUE(name, offsetof(type, field))

#ifdef __aarch64__
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#define ARCHITECTURE AUDIT_ARCH_X86_64
#endif

void machine(void)
{
    VALUE("Native.Libc.MachineInterface.AuditArchitecture", ARCHITECTURE);
    VALUE("Native.Libc.MachineInterface.NoFollow", O_NOFOLLOW);
    SIZE("Native.Libc.MachineInterface.EpollEventBytes", struct epoll_event);
    OFFSET("Native.Libc.MachineInterface.EpollTokenOffset", struct epoll_event, data);
    VALUE("Native.Libc.MachineInterface.SeccompCall", SYS_seccomp);
    VALUE("Native.Libc.MachineInterface.AddKeyCall", SYS_add_key);
    VALUE("Native.Libc.MachineInterface.KeyControlCall", SYS_keyctl);
}

void files(void)
{
    VALUE("Native.Libc.OpenFlags.ReadOnly", O_RDONLY);
    VALUE("Native.Libc.OpenFlags.ReadWrite", O_RDWR);
    VALUE("Native.Libc.OpenFlags.Create", O_CREAT);
    VALUE("Native.Libc.OpenFlags.Exclusive", O_EXCL);
    VALUE("Native.Libc.OpenFlags.NoControllingTerminal", O_NOCTTY);
    VALUE("Native.Libc.OpenFlags.NonBlocking", O_NONBLOCK);
    VALUE("Native.Libc.OpenFlags.PathOnly", O_PATH);
    VALUE("Native.Libc.OpenFlags.CloseOnExec", O_CLOEXEC);
    VALUE("Native.Libc.FileDescriptor.SetDescriptorFlags", F_SETFD);
    VALUE("Native.Libc.FileDescriptor.CloseOnExecFlag", FD_CLOEXEC);
    VALUE("Native.Libc.FileDescriptor.DuplicateWithCloseOnExec", F_DUPFD_CLOEXEC);
    VALUE("Native.Libc.FileDescriptor.OwnerOnly", S_IRUSR | S_IWUSR);
    VALUE("Native.Libc.FileDescriptor.ReadableByAll", S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
    VALUE("Native.Libc.FileDescriptor.MemoryFileCloseOnExec", MFD_CLOEXEC);
    VALUE("Native.Libc.FileLock.GetOpenFileLock", F_OFD_GETLK);
    VALUE("Native.Libc.FileLock.SetOpenFileLock", F_OFD_SETLK);
    VALUE("Native.Libc.FileLock.WriteLock", F_WRLCK);
    VALUE("Native.Libc.FileLock.NoLock", F_UNLCK);
    SIZE("Native.Libc.FileLock+LockRequest", struct flock);
    OFFSET("Native.Libc.FileLock+LockRequest.Kind", struct flock, l_type);
    OFFSET("Native.Libc.FileLock+LockRequest.ProcessId", struct flock, l_pid);
    VALUE("Native.Libc.FileStatus.CurrentDirectory", AT_FDCWD);
    VALUE("Native.Libc.FileStatus.EmptyPath", AT_EMPTY_PATH);
    VALUE("Native.Libc.FileStatus.NoFollow", AT_SYMLINK_NOFOLLOW);
    VALUE("Native.Libc.FileStatus.BasicFields", STATX_BASIC_STATS);
    VALUE("Native.Libc.FileStatus.ImmutableAttribute", STATX_ATTR_IMMUTABLE);
    VALUE("Native.Libc.FileStatus.TypeMask", S_IFMT);
    VALUE("Native.Libc.FileStatus.OthersMayWrite", S_IWGRP | S_IWOTH);
    VALUE("Native.Libc.FileStatus.OthersMayDoAnything", S_IRWXG | S_IRWXO);
    VALUE("Native.Libc.FileStatus.DirectoryFile", S_IFDIR);
    VALUE("Native.Libc.FileStatus.CharacterDevice", S_IFCHR);
    VALUE("Native.Libc.FileStatus.RegularFile", S_IFREG);
    VALUE("Native.Libc.FileStatus.SocketFile", S_IFSOCK);
    VALUE("Native.Libc.FileStatus.SymbolicLink", S_IFLNK);
    VALUE("Native.Libc.FileStatus.Pipe", S_IFIFO);
    SIZE("Native.Libc.StatxBuffer", struct statx);
    OFFSET("Native.Libc.StatxBuffer.Attributes", struct statx, stx_attributes);
    OFFSET("Native.Libc.StatxBuffer.Links", struct statx, stx_nlink);
    OFFSET("Native.Libc.StatxBuffer.Owner", struct statx, stx_uid);
    OFFSET("Native.Libc.StatxBuffer.Group", struct statx, stx_gid);
    OFFSET("Native.Libc.StatxBuffer.Mode", struct statx, stx_mode);
    OFFSET("Native.Libc.StatxBuffer.Inode", struct statx, stx_ino);
    OFFSET("Native.Libc.StatxBuffer.Size", struct statx, stx_size);
    OFFSET("Native.Libc.StatxBuffer.SpecialMajor", struct statx, stx_rdev_major);
    OFFSET("Native.Libc.StatxBuffer.SpecialMinor", struct statx, stx_rdev_minor);
    OFFSET("Native.Libc.StatxBuffer.DeviceMajor", struct statx, stx_dev_major);
    OFFSET("Native.Libc.StatxBuffer.DeviceMinor", struct statx, stx_dev_minor);
    VALUE("Native.Libc.FileSystemSpace.ReadOnly", ST_RDONLY);
    SIZE("Native.Libc.FileSystemBuffer", struct statfs);
    OFFSET("Native.Libc.FileSystemBuffer.AvailableBlocks", struct statfs, f_bavail);
    OFFSET("Native.Libc.FileSystemBuffer.Flags", struct statfs, f_flags);
    VALUE("Native.Libc.DirectoryEntry.NameOffset", offsetof(struct dirent64, d_name));
    VALUE("Native.Libc.SharedLibrary.Now", RTLD_NOW);
    VALUE("Native.Libc.TerminalSize.GetWindowSize", TIOCGWINSZ);
    SIZE("Native.Libc.TerminalSize+WindowSize", struct winsize);
    OFFSET("Native.Libc.TerminalSize+WindowSize.Rows", struct winsize, ws_row);
    OFFSET("Native.Libc.TerminalSize+WindowSize.Columns", struct winsize, ws_col);
}

void events_and_sockets(void)
{
    VALUE("Native.Libc.Epoll.CloseOnExec", EPOLL_CLOEXEC);
    VALUE("Native.Libc.Epoll.AddOperation", EPOLL_CTL_ADD);
    VALUE("Native.Libc.Epoll.RemoveOperation", EPOLL_CTL_DEL);
    VALUE("Native.Libc.Epoll.ModifyOperation", EPOLL_CTL_MOD);
    VALUE("Native.Libc.EpollEvents.Readable", EPOLLIN);
    VALUE("Native.Libc.EpollEvents.Writable", EPOLLOUT);
    VALUE("Native.Libc.EpollEvents.Error", EPOLLERR);
    VALUE("Native.Libc.EpollEvents.HangUp", EPOLLHUP);
    VALUE("Native.Libc.PollWait.Readable", POLLIN);
    VALUE("Native.Libc.PollWait.Writable", POLLOUT);
    SIZE("Native.Libc.PollEntry", struct pollfd);
    OFFSET("Native.Libc.PollEntry.Descriptor", struct pollfd, fd);
    OFFSET("Native.Libc.PollEntry.Events", struct pollfd, events);
    OFFSET("Native.Libc.PollEntry.ReturnedEvents", struct pollfd, revents);
    VALUE("Native.Libc.SocketKind.Stream", SOCK_STREAM);
    VALUE("Native.Libc.SocketKind.Datagram", SOCK_DGRAM);
    VALUE("Native.Libc.StreamSocket.UnixDomain", AF_UNIX);
    VALUE("Native.Libc.StreamSocket.NonBlockingAndCloseOnExec", SOCK_NONBLOCK | SOCK_CLOEXEC);
    VALUE("Native.Libc.StreamSocket.SocketLevel", SOL_SOCKET);
    VALUE("Native.Libc.StreamSocket.PendingError", SO_ERROR);
    VALUE("Native.Libc.StreamSocket.TcpLevel", IPPROTO_TCP);
    VALUE("Native.Libc.StreamSocket.NoDelay", TCP_NODELAY);
    VALUE("Native.Libc.UnixSocket.UnixDomain", AF_UNIX);
    VALUE("Native.Libc.EventDescriptor.NonBlockingAndCloseOnExec", EFD_NONBLOCK | EFD_CLOEXEC);
    VALUE("Native.Libc.UnixSocket.NonBlockingAndCloseOnExec", SOCK_NONBLOCK | SOCK_CLOEXEC);
    VALUE("Native.Libc.UnixSocket.DontWait", MSG_DONTWAIT);
    VALUE("Native.Libc.UnixSocket.NoSignal", MSG_NOSIGNAL);
    VALUE("Native.Libc.UnixSocket.SocketLevel", SOL_SOCKET);
    VALUE("Native.Libc.UnixSocket.SendBuffer", SO_SNDBUF);
    VALUE("Native.Libc.UnixSocket.PeerCredentials", SO_PEERCRED);
    VALUE("Native.Libc.UnixSocket.AddressBytes", sizeof(struct sockaddr_un));
    VALUE("Native.Libc.UnixSocket.MaxPathBytes", sizeof(((struct sockaddr_un *)0)->sun_path) - 1);
    SIZE("Native.Libc.MessageHead", struct msghdr);
    OFFSET("Native.Libc.MessageHead.Pieces", struct msghdr, msg_iov);
    OFFSET("Native.Libc.MessageHead.PieceCount", struct msghdr, msg_iovlen);
    SIZE("Native.Libc.Piece", struct iovec);
    OFFSET("Native.Libc.Piece.Start", struct iovec, iov_base);
    OFFSET("Native.Libc.Piece.Length", struct iovec, iov_len);
}

void process_and_memory(void)
{
    VALUE("Native.Libc.SignalNumber.HangUp", SIGHUP);
    VALUE("Native.Libc.SignalNumber.Interrupt", SIGINT);
    VALUE("Native.Libc.SignalNumber.Abort", SIGABRT);
    VALUE("Native.Libc.SignalNumber.BrokenPipe", SIGPIPE);
    VALUE("Native.Libc.SignalNumber.Terminate", SIGTERM);
    VALUE("Native.Libc.SignalNumber.FileSizeLimit", SIGXFSZ);
    VALUE("Native.Libc.SignalDescriptor.CloseOnExecAndNonBlocking", SFD_CLOEXEC | SFD_NONBLOCK);
    VALUE("Native.Libc.SignalDescriptor.Block", SIG_BLOCK);
    VALUE("Native.Libc.SignalDescriptor.Unblock", SIG_UNBLOCK);
    VALUE("Native.Libc.SignalDescriptor.SetWords", sizeof(sigset_t) / sizeof(long));
    VALUE("Native.Libc.SignalDescriptor.RecordBytes", sizeof(struct signalfd_siginfo));
    VALUE("Native.Libc.ProcessControl.DefaultHandler", (long)SIG_DFL);
    VALUE("Native.Libc.ProcessControl.IgnoreHandler", (long)SIG_IGN);
    VALUE("Native.Libc.ProcessControl.SetDumpable", PR_SET_DUMPABLE);
    VALUE("Native.Libc.ProcessControl.SetNoNewPrivileges", PR_SET_NO_NEW_PRIVS);
    VALUE("Native.Libc.AddressSpace.NoAccess", PROT_NONE);
    VALUE("Native.Libc.AddressSpace.ReadAndWrite", PROT_READ | PROT_WRITE);
    VALUE("Native.Libc.AddressSpace.PrivateAnonymous", MAP_PRIVATE | MAP_ANONYMOUS);
    VALUE("Native.Libc.AddressSpace.PrivateAnonymousUnreserved", MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE);
    VALUE("Native.Libc.LockedMemory.DontDump", MADV_DONTDUMP);
    VALUE("Native.Libc.LockedMemory.WipeOnFork", MADV_WIPEONFORK);
    VALUE("Native.Libc.LockedMemory.LockOnFault", MLOCK_ONFAULT);
    VALUE("Native.Libc.ReservedMemory.MayMove", MREMAP_MAYMOVE);
    VALUE("Native.Libc.ResourceLimit.OpenDescriptors", RLIMIT_NOFILE);
    VALUE("Native.Libc.ResourceLimit.LockedMemory", RLIMIT_MEMLOCK);
    SIZE("Native.Libc.LimitPair", struct rlimit);
    OFFSET("Native.Libc.LimitPair.Soft", struct rlimit, rlim_cur);
    OFFSET("Native.Libc.LimitPair.Hard", struct rlimit, rlim_max);
    VALUE("Native.Libc.BootIdentity.BootTime", CLOCK_BOOTTIME);
    VALUE("Native.Libc.BootIdentity.TimeOfDay", CLOCK_REALTIME);
    VALUE("Native.Libc.ClockSynchronization.Unsynchronized", TIME_ERROR);
    SIZE("Native.Libc.ClockAdjustment", struct timex);
    OFFSET("Native.Libc.ClockAdjustment.Modes", struct timex, modes);
    SIZE("Native.Libc.TimePair", struct timespec);
    OFFSET("Native.Libc.TimePair.Seconds", struct timespec, tv_sec);
    OFFSET("Native.Libc.TimePair.Nanoseconds", struct timespec, tv_nsec);
    SIZE("Native.Libc.TimeFields", struct tm);
    OFFSET("Native.Libc.TimeFields.Second", struct tm, tm_sec);
    OFFSET("Native.Libc.TimeFields.Minute", struct tm, tm_min);
    OFFSET("Native.Libc.TimeFields.Hour", struct tm, tm_hour);
    OFFSET("Native.Libc.TimeFields.Day", struct tm, tm_mday);
    OFFSET("Native.Libc.TimeFields.Month", struct tm, tm_mon);
    OFFSET("Native.Libc.TimeFields.Year", struct tm, tm_year);
    SIZE("Native.Libc.PasswordEntry", struct passwd);
    OFFSET("Native.Libc.PasswordEntry.Name", struct passwd, pw_name);
    OFFSET("Native.Libc.PasswordEntry.Password", struct passwd, pw_passwd);
    OFFSET("Native.Libc.PasswordEntry.UserId", struct passwd, pw_uid);
    OFFSET("Native.Libc.PasswordEntry.GroupId", struct passwd, pw_gid);
    OFFSET("Native.Libc.PasswordEntry.Comment", struct passwd, pw_gecos);
    OFFSET("Native.Libc.PasswordEntry.Directory", struct passwd, pw_dir);
    OFFSET("Native.Libc.PasswordEntry.Shell", struct passwd, pw_shell);
}

void keys(void)
{
    VALUE("Native.Libc.KernelKeyring.ProcessKeyring", KEY_SPEC_PROCESS_KEYRING);
    VALUE("Native.Libc.KernelKeyring.UserKeyring", KEY_SPEC_USER_KEYRING);
    VALUE("Native.Libc.KernelKeyring+Operation.SetPermissions", KEYCTL_SETPERM);
    VALUE("Native.Libc.KernelKeyring+Operation.Link", KEYCTL_LINK);
    VALUE("Native.Libc.KernelKeyring+Operation.Unlink", KEYCTL_UNLINK);
    VALUE("Native.Libc.KernelKeyring+Operation.Search", KEYCTL_SEARCH);
    VALUE("Native.Libc.KernelKeyring+Operation.Read", KEYCTL_READ);
    VALUE("Native.Libc.KernelKeyring+Operation.SetTimeout", KEYCTL_SET_TIMEOUT);
    VALUE("Native.Libc.KernelKeyring+Operation.Invalidate", KEYCTL_INVALIDATE);
}

void errors(void)
{
    VALUE("Native.Libc.Errno.NotPermitted", EPERM);
    VALUE("Native.Libc.Errno.NoEntry", ENOENT);
    VALUE("Native.Libc.Errno.Interrupted", EINTR);
    VALUE("Native.Libc.Errno.InputOutput", EIO);
    VALUE("Native.Libc.Errno.TryAgain", EAGAIN);
    VALUE("Native.Libc.Errno.NoMemory", ENOMEM);
    VALUE("Native.Libc.Errno.AccessDenied", EACCES);
    VALUE("Native.Libc.Errno.NoDevice", ENODEV);
    VALUE("Native.Libc.Errno.NotDirectory", ENOTDIR);
    VALUE("Native.Libc.Errno.IsDirectory", EISDIR);
    VALUE("Native.Libc.Errno.InvalidArgument", EINVAL);
    VALUE("Native.Libc.Errno.SystemDescriptorLimit", ENFILE);
    VALUE("Native.Libc.Errno.ProcessDescriptorLimit", EMFILE);
    VALUE("Native.Libc.Errno.NoSpace", ENOSPC);
    VALUE("Native.Libc.Errno.BrokenPipe", EPIPE);
    VALUE("Native.Libc.Errno.NoLocks", ENOLCK);
    VALUE("Native.Libc.Errno.NotImplemented", ENOSYS);
    VALUE("Native.Libc.Errno.LinkLoop", ELOOP);
    VALUE("Native.Libc.Errno.ProtocolFault", EPROTO);
    VALUE("Native.Libc.Errno.NoKey", ENOKEY);
    VALUE("Native.Libc.Errno.ExpiredKey", EKEYEXPIRED);
    VALUE("Native.Libc.Errno.RevokedKey", EKEYREVOKED);
    VALUE("Native.Libc.Errno.NotSupported", EOPNOTSUPP);
    VALUE("Native.Libc.Errno.ConnectionAborted", ECONNABORTED);
    VALUE("Native.Libc.Errno.InProgress", EINPROGRESS);
    VALUE("Native.Libc.Errno.StaleFile", ESTALE);
}

void sandbox(void)
{
    VALUE("Native.Seccomp.FilterVerdict.Kill", SECCOMP_RET_KILL_PROCESS);
    VALUE("Native.Seccomp.FilterVerdict.Refuse", SECCOMP_RET_ERRNO | EPERM);
    VALUE("Native.Seccomp.FilterVerdict.Unknown", SECCOMP_RET_ERRNO | ENOSYS);
    VALUE("Native.Seccomp.FilterVerdict.RefuseAndReport", SECCOMP_RET_USER_NOTIF);
    VALUE("Native.Seccomp.FilterVerdict.Allow", SECCOMP_RET_ALLOW);
    SIZE("Native.Seccomp.FilterInstruction", struct sock_filter);
    VALUE("Native.Seccomp.FilterProgram.Load", BPF_LD | BPF_W | BPF_ABS);
    VALUE("Native.Seccomp.FilterProgram.And", BPF_ALU | BPF_AND | BPF_K);
    VALUE("Native.Seccomp.FilterProgram.JumpIfEqual", BPF_JMP | BPF_JEQ | BPF_K);
    VALUE("Native.Seccomp.FilterProgram.Jump", BPF_JMP | BPF_JA);
    VALUE("Native.Seccomp.FilterProgram.Return", BPF_RET | BPF_K);
    VALUE("Native.Seccomp.FilterProgram.NumberOffset", offsetof(struct seccomp_data, nr));
    VALUE("Native.Seccomp.FilterProgram.ArchitectureOffset", offsetof(struct seccomp_data, arch));
    VALUE("Native.Seccomp.FilterProgram.ArgumentsOffset", offsetof(struct seccomp_data, args));
    VALUE("Native.Seccomp.SystemCallFilter.SetFilter", SECCOMP_SET_MODE_FILTER);
    VALUE("Native.Seccomp.SystemCallFilter.AllThreads", SECCOMP_FILTER_FLAG_TSYNC);
    VALUE("Native.Seccomp.SystemCallFilter.LogRefused", SECCOMP_FILTER_FLAG_LOG);
    VALUE("Native.Seccomp.SystemCallFilter.NoSpeculationGuard", SECCOMP_FILTER_FLAG_SPEC_ALLOW);
    VALUE("Native.Seccomp.SystemCallFilter.Listener", SECCOMP_FILTER_FLAG_NEW_LISTENER);
    VALUE("Native.Seccomp.SystemCallFilter.ThreadFaultIsError", SECCOMP_FILTER_FLAG_TSYNC_ESRCH);
    VALUE("Native.Seccomp.SystemCallFilter.ReceiveRequest", SECCOMP_IOCTL_NOTIF_RECV);
    SIZE("Native.Seccomp.SystemCallFilter+FilterHead", struct sock_fprog);
    OFFSET("Native.Seccomp.SystemCallFilter+FilterHead.Count", struct sock_fprog, len);
    OFFSET("Native.Seccomp.SystemCallFilter+FilterHead.Instructions", struct sock_fprog, filter);
    SIZE("Native.Seccomp.SystemCallFilter+SuspendedCall", struct seccomp_notif);
    OFFSET("Native.Seccomp.SystemCallFilter+SuspendedCall.Id", struct seccomp_notif, id);
    OFFSET("Native.Seccomp.SystemCallFilter+SuspendedCall.ThreadId", struct seccomp_notif, pid);
    OFFSET("Native.Seccomp.SystemCallFilter+SuspendedCall.Number", struct seccomp_notif, data.nr);
    VALUE("Native.Seccomp.Landlock.AskFilter", PR_GET_SECCOMP);
    VALUE("Postfix.Process.AllowedSystemCalls.UnixDomain", AF_UNIX);
    VALUE("Postfix.Process.AllowedSystemCalls.SocketLevel", SOL_SOCKET);
    VALUE("Postfix.Process.AllowedSystemCalls.SendBuffer", SO_SNDBUF);
    VALUE("Postfix.Process.AllowedSystemCalls.PeerCredentials", SO_PEERCRED);
    VALUE("Postfix.Process.RuntimeSystemCalls.Executable", PROT_EXEC);
    VALUE("Postfix.Process.RuntimeSystemCalls.ThreadOfThisProcess", CLONE_THREAD);
    VALUE("Postfix.Process.RuntimeSystemCalls.SetThreadName", PR_SET_NAME);
    VALUE("Postfix.Process.AllowedSystemCalls.SetDescriptorFlags", F_SETFD);
    VALUE("Postfix.Process.AllowedSystemCalls.GetOpenFileLock", F_OFD_GETLK);
    VALUE("Postfix.Process.AllowedSystemCalls.SetOpenFileLock", F_OFD_SETLK);
    VALUE("Postfix.Process.SandboxRules.MayWrite", O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY));
}
