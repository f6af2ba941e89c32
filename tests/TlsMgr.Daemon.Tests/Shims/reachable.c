// On each SIGUSR2, does what the sandbox leaves to code that has taken over the daemon, as SECURITY.md says: it connects
// to sockets below the root directory, also to listening ones of other services, and passes a descriptor to one; asks
// for the attributes of a file by its name; accepts a client; writes and truncates the open files; starts a thread;
// writes to master's status channel and its flow control pipe. An abstract socket is refused by Landlock alone. Then it
// logs "reached" by a socket of its own. When anything else is refused, the process exits with status 99.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { DESCRIPTORS = 64, FLOW_READ = 3, FLOW_WRITE = 4, STATUS = 5, LISTENER = 6 };

static void require(int works)
{
    if (!works) {
        _exit(99);
    }
}

static int connect_to(int type, const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    strcpy(address.sun_path, path);
    int socket_ = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    require(connect(socket_, (struct sockaddr *)&address, sizeof address) == 0);
    return socket_;
}

static void try_abstract_socket(void)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "\0tlsmgr-nobody" };
    int socket_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    require(connect(socket_, (struct sockaddr *)&address, sizeof address) == -1);
    require(errno == ECONNREFUSED || errno == EPERM);
    close(socket_);
}

static void *run(void *nothing) { return nothing; }

static void pass_descriptor(int to, int descriptor)
{
    char byte = 0;
    struct iovec piece = { &byte, 1 };
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = { .head = { .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS } };
    struct msghdr message = {
        .msg_iov = &piece, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes
    };
    memcpy(CMSG_DATA(&control.head), &descriptor, sizeof descriptor);
    require(sendmsg(to, &message, MSG_NOSIGNAL) == 1);
}

static int change_open_files(void)
{
    int changed = 0;
    for (int descriptor = STATUS; descriptor < DESCRIPTORS; descriptor++) {
        struct stat status;
        char byte;
        if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && pread(descriptor, &byte, 1, 0) == 1) {
            require(pwrite(descriptor, &byte, 1, 0) == 1);
            require(ftruncate(descriptor, status.st_size) == 0);
            changed++;
        }
    }
    return changed;
}

static void reach(int signal)
{
    int before = errno;
    struct stat status;
    int unfinished[3] = { getpid(), 042, 1 };
    char byte = 0;
    pthread_t thread;
    require(pthread_create(&thread, NULL, run, NULL) == 0 && pthread_join(thread, NULL) == 0);
    require(stat("/private/tlsmgr", &status) == 0);
    try_abstract_socket();
    int service = connect_to(SOCK_STREAM, "/private/tlsmgr");
    int client = accept4(LISTENER, NULL, NULL, SOCK_CLOEXEC);
    require(client >= 0);
    pass_descriptor(service, LISTENER);
    close(client);
    close(service);
    require(change_open_files() >= 2);
    require(write(STATUS, unfinished, sizeof unfinished) == sizeof unfinished);
    require(write(FLOW_WRITE, &byte, 1) == 1);
    require(read(FLOW_READ, &byte, 1) == 1);
    const char *record = "Jan  1 00:00:00 h pf/tlsmgr[1]: reached";
    int log = connect_to(SOCK_DGRAM, "/public/postlog");
    require(write(log, record, strlen(record)) > 0);
    close(log);
    errno = before;
}

__attribute__((constructor)) static void listen_for_signal(void)
{
    struct sigaction action = { .sa_handler = reach, .sa_flags = SA_RESTART };
    sigaction(SIGUSR2, &action, NULL);
}
