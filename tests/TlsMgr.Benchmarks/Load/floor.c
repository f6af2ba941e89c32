/*
 * The floor of the benchmark: the least work that serves lookups on one core. One thread, one epoll loop, a hash table
 * that keeps sessions as the base64 text that was received. It assumes that every message is complete, well-formed, and
 * a lookup or an update; it does not expire, delete or store on disk. For the benchmark only.
 *
 * Started as master(8) starts a daemon: a hang-up on descriptor 5 ends it, descriptor 6 listens. With the argument
 * --filter it first installs two filters of system calls of the length and form of TlsMgr's, which allow everything.
 */

#define _GNU_SOURCE
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { STATUS = 5, LISTENER = 6, SLOTS = 1 << 16, EVENTS = 128, MESSAGE = 64 * 1024 };

struct entry {
    char *id;
    char *session;
    size_t session_length;
};

static struct entry table[SLOTS];

/* Returns the slot of an id, or the empty slot for it: FNV-1a and linear probing. */
static struct entry *find(const char *id)
{
    uint64_t hash = 14695981039346656037u;
    for (const char *p = id; *p != '\0'; p++) {
        hash = (hash ^ (unsigned char)*p) * 1099511628211u;
    }
    for (uint64_t slot = hash >> 32;; slot++) {
        struct entry *entry = &table[slot % SLOTS];
        if (entry->id == NULL || strcmp(entry->id, id) == 0) {
            return entry;
        }
    }
}

static void store(struct entry *entry, const char *id, const char *session)
{
    if (entry->id == NULL) {
        entry->id = strdup(id);
    }
    free(entry->session);
    entry->session = strdup(session);
    entry->session_length = strlen(session);
}

static const char *next(const char *text)
{
    return text + strlen(text) + 1;
}

static void serve(int client)
{
    static char message[MESSAGE];
    static char reply[MESSAGE];
    ssize_t length = read(client, message, sizeof message);
    if (length <= 0) {
        close(client);
        return;
    }
    /* request NAME cache_type TYPE cache_id ID [session DATA] */
    const char *verb = next(message);
    const char *id = next(next(next(next(verb))));
    struct entry *entry = find(id);
    if (*verb == 'u') {
        store(entry, id, next(next(id)));
        if (send(client, "status\0000\0", 10, MSG_NOSIGNAL) < 0) {
            close(client);
        }
        return;
    }
    size_t end = 0;
    memcpy(reply, "status\0000\0session\0", 17);
    end = 17;
    if (entry->session != NULL) {
        memcpy(reply + end, entry->session, entry->session_length);
        end += entry->session_length;
    }
    memcpy(reply + end, "\0", 2);
    if (send(client, reply, end + 2, MSG_NOSIGNAL) < 0) {
        close(client);
    }
}

static void watch(int epoll, int descriptor)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) < 0) {
        exit(1);
    }
}

static void accept_client(int epoll)
{
    static const char greeting[] = "protocol\0tlsmgr_protocol\0";
    int client = accept4(LISTENER, NULL, NULL, SOCK_CLOEXEC);
    if (client >= 0) {
        watch(epoll, client);
        (void)!send(client, greeting, sizeof greeting, MSG_NOSIGNAL);
    }
}

#ifdef __x86_64__
#define ARCHITECTURE AUDIT_ARCH_X86_64
#define WAIT SYS_epoll_wait
#else
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#define WAIT SYS_epoll_pwait
#endif

static void install(struct sock_filter *program, unsigned short length)
{
    struct sock_fprog filter = {.len = length, .filter = program};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) {
        exit(1);
    }
}

/*
 * As TlsMgr's: a short filter that looks at the flags of openat, and one that compares the number with some sixty
 * calls, the frequent ones first, and then looks at arguments of calls that are not made here: TlsMgr's looks at none
 * of those of its loop, either. Numbers that no call has stand for the calls that the floor does not make.
 */
static void install_filters(void)
{
    enum { CALLS = 60, NO_CALL = 10000 };
    static const unsigned frequent[] = {
        WAIT, SYS_read, SYS_sendto, SYS_recvfrom, SYS_accept4, SYS_epoll_ctl, SYS_close,
    };
    const struct sock_filter load_architecture =
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
    const struct sock_filter load_number = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    const struct sock_filter load_argument =
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2]));
    const struct sock_filter check_architecture = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
    const struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    const struct sock_filter kill = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
    struct sock_filter quiet[] = {
        load_architecture, check_architecture, kill, load_number,
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 2), load_argument, allow, allow,
    };
    struct sock_filter program[2 * CALLS + 32] = {load_architecture, check_architecture, kill, load_number};
    unsigned short length = 4;
    for (unsigned i = 0; i < CALLS; i++) {
        unsigned call = i < sizeof frequent / sizeof *frequent ? frequent[i] : NO_CALL + i;
        program[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1);
        program[length++] = allow;
    }
    program[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 2);
    program[length++] = load_argument;
    program[length++] = allow;
    program[length++] = allow;
    install(quiet, sizeof quiet / sizeof *quiet);
    install(program, length);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[argc - 1], "--filter") == 0) {
        install_filters();
    }
    struct epoll_event events[EVENTS];
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    watch(epoll, STATUS);
    watch(epoll, LISTENER);
    for (;;) {
        int count = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            switch (events[i].data.fd) {
            case STATUS: return 0;
            case LISTENER: accept_client(epoll); break;
            default: serve(events[i].data.fd);
            }
        }
    }
}
