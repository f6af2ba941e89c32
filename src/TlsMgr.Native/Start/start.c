// Runs before the .NET runtime, which exits with status 255, aborts or spins without a log record when the machine
// lacks what it needs. Linked into both programs with --wrap: __wrap_NAME is called in place of NAME. With START_TOOL
// it reports to standard error, for tlsmgrctl. Order: descriptors, signals, system calls, the runtime, managed Main.
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#define CALL(name, first) {SYS_##name, #name, first}

/// System calls of the start, each with a first argument that makes it do nothing; the others are 0. The first NEEDED
/// must work; none but seccomp, which only the sandbox needs, may kill the process.
static const struct { int number; const char *name; long first; } calls[] = {
    CALL(rt_sigaction, 0), CALL(rt_sigprocmask, 0), CALL(sysinfo, 0), CALL(futex, 0), CALL(mprotect, 0),
    CALL(madvise, 0), CALL(sched_getaffinity, 0), CALL(get_mempolicy, 0), CALL(membarrier, 0), CALL(getrandom, 0),
    CALL(mlock2, 0), CALL(prlimit64, 0), CALL(epoll_create1, 0), CALL(signalfd4, -1), CALL(accept4, -1),
    CALL(clone3, 0), CALL(statx, 0), CALL(seccomp, -1), {-1, "rt_sigreturn", 0},
};
/// The steps of a child: the calls, a signal, exit_group(2). It passes the last where that call is refused.
enum { NEEDED = 5, EXIT = sizeof calls / sizeof *calls, SIGNAL = EXIT - 1, SECCOMP = EXIT - 2,
    STATX = EXIT - 3, CLONE3 = EXIT - 4 };
static volatile sig_atomic_t main_reached;
static int is_failing, thread_error, deadly = EXIT; // the step that ends the process
int __real_main(int, char **), __real___managed__Main(int, char **);
int __real_pthread_create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
#ifdef START_TOOL
static void report(const char *text) { dprintf(STDERR_FILENO, "tlsmgrctl: %s\n", text); }
#else
static int send_to(const char *path, const char *record)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int log = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    setsockopt(log, SOL_SOCKET, SO_SNDTIMEO, &(struct timeval){.tv_sec = 1}, sizeof(struct timeval));
    return connect(log, (struct sockaddr *)&address, sizeof address) == 0
        && (send(log, record, strlen(record), MSG_NOSIGNAL) >= 0 || write(log, record, strlen(record)) >= 0);
}

/// Logs as Postfix does before main.cf is read: to the socket of postlogd(8) that master(8) names, or to /dev/log.
static void report(const char *text)
{
    const char *tag = getenv("MAIL_LOGTAG"), *path = getenv("POSTLOG_SERVICE"), *host = getenv("POSTLOG_HOSTNAME");
    char record[2048], when[32] = "", own_host[256] = "";
    time_t now = time(NULL);
    strftime(when, sizeof when, "%b %e %H:%M:%S", localtime(&now));
    gethostname(own_host, sizeof own_host - 1);
    host = path == NULL || *path == '\0' ? "" : host == NULL ? own_host : host;
    path = path == NULL || *path == '\0' ? "/dev/log" : path;
    snprintf(record, sizeof record, "%s%s %.*s%s%s/" START_NAME "[%d]: %s", *host ? "" : "<18>" /* mail, critical */,
        when, (int)strcspn(host, "."), host, *host ? " " : "", tag == NULL ? "postfix" : tag, getpid(), text);
    const char *in_jail = strstr(path, "/public/");
    if (!send_to(path, record) && (in_jail == NULL || !send_to(in_jail, record)))
        dprintf(STDERR_FILENO, START_NAME ": %s\n", text);
    sleep(1); // limits the rate at which master(8) restarts the daemon
}
#endif

/// Ends the process as Postfix's fatal() does.
static _Noreturn void fail(const char *cause, const char *object)
{
    char text[512] = "fatal: cannot start: ";
    while (__atomic_exchange_n(&is_failing, 1, __ATOMIC_SEQ_CST)) pause(); // without memory, several threads fail
    snprintf(text + strlen(text), sizeof text - strlen(text), cause, object);
    report(text);
    _exit(1);
}

/// Reports why the runtime did not start.
static _Noreturn void fail_by_cause(const char *symptom)
{
    size_t enough = thread_error != 0 ? 8 << 20 : 64 << 20; // for a thread; for all of the runtime
    if (mmap(NULL, enough, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
        fail("too little memory: %m", "");
    if ((errno = thread_error) != 0)
        fail("cannot create thread (RLIMIT_NPROC, pids.max): %m", "");
    fail("the runtime does not reach Main: %s", symptom);
}

static void on_signal(int number)
{
    char text[128];
    signal(number, SIG_DFL);
    signal(SIGALRM, SIG_DFL);
    alarm(10); // the C library may be in the middle of something
    if (!main_reached)
        fail_by_cause(strsignal(number));
    snprintf(text, sizeof text, "panic: signal in the runtime: %s", strsignal(number));
    report(text);
    raise(number);
}

static void on_probe(int number) { (void)number; }
static int ask(int step) { return syscall(calls[step].number, calls[step].first, 0L, 0L, 0L, 0L) == -1 ? errno : 0; }

/// Under an outer seccomp filter, lets a child try what could end the process. Returns the step in which it ended.
static int find_deadly_step(void)
{
    if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != SECCOMP_MODE_FILTER)
        return EXIT;
    volatile int *step = mmap(NULL, sizeof *step, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int status = 0, child = step == MAP_FAILED ? -1 : fork();
    if (child == 0) {
        signal(SIGSYS, SIG_DFL), signal(SIGSEGV, SIG_DFL);
        signal(SIGALRM, on_probe);
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
        for (; *step < EXIT; ++*step)
            *step == SIGNAL ? raise(SIGALRM) : ask(*step);
        syscall(SYS_exit_group, 0);
        ++*step;
        _exit(0);
    }
    return child > 0 && waitpid(child, &status, 0) == child && (WIFSIGNALED(status) || *step > EXIT) ? *step : EXIT;
}

/// Turns the EPERM of a refused call into ENOSYS: the C library then falls back to an older call.
static void hide_refused(int step)
{
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)calls[step].number, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog head = {sizeof program / sizeof *program, program};
    if (ask(step) != EPERM) return;
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (deadly == SECCOMP || (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &head) != 0
        && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &head) != 0)) // the call and the flag are younger
        fail("system calls seccomp and %s are refused", calls[step].name);
}

/// For the daemon: whether it can install a filter and live.
int start_may_filter(void) { return deadly != SECCOMP; }

int __wrap_minipal_get_cryptographically_secure_random_bytes(unsigned char *buffer, int length)
{
    return getrandom(buffer, (size_t)length, 0) == length ? 0 : -1;
}

/// Seeds hash tables. The runtime's own function reads /dev/urandom whatever it is, and spins where it is empty.
void __wrap_minipal_get_non_cryptographically_secure_random_bytes(unsigned char *buffer, int length)
{
    const unsigned char *given = (const unsigned char *)getauxval(AT_RANDOM);
    if (getrandom(buffer, (size_t)length, GRND_NONBLOCK) != length)
        for (int i = 0; i < length; i++)
            buffer[i] = (unsigned char)(given[i % 16] * 167 + i);
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument)
{
    return thread_error = __real_pthread_create(thread, attributes, run, argument);
}

int __wrap___managed__Main(int argc, char **argv)
{
    alarm(0);
    main_reached = 1;
    return __real___managed__Main(argc, argv);
}

int __wrap_main(int argc, char **argv)
{
    static const int caught[] = {SIGSYS, SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGALRM, 0};
    pthread_attr_t attributes;
    // A new file gets the lowest free descriptor. A closed output stays unwritable. Without /dev, a socket does.
    for (int standard = 0; standard <= STDERR_FILENO; standard++)
        if (fcntl(standard, F_GETFD) < 0 && errno == EBADF && open("/dev/null", O_RDONLY) < 0)
            socket(AF_UNIX, SOCK_DGRAM, 0);
    for (int i = 0; caught[i] != 0; i++)
        signal(caught[i], on_signal);
    alarm(10); // milliseconds suffice
    deadly = find_deadly_step();
    for (int step = 0; step < NEEDED && step < deadly; step++)
        if ((errno = ask(step)) == EPERM || errno == ENOSYS)
            fail("system call %s: %m", calls[step].name);
    if (deadly < EXIT && deadly != SECCOMP)
        fail("an outer seccomp filter forbids %s", calls[deadly].name);
    hide_refused(CLONE3);
    hide_refused(STATX);
    // The stack of the runtime's own thread, all of which RLIMIT_DATA counts; the default is RLIMIT_STACK.
    if (pthread_attr_init(&attributes) == 0 && pthread_attr_setstacksize(&attributes, 1 << 20) == 0)
        pthread_setattr_default_np(&attributes);
    int status = __real_main(argc, argv);
    if (!main_reached)
        fail_by_cause("it returns");
    if (deadly > EXIT)
        kill(getpid(), SIGKILL);
    return status;
}
