/*
 * The load of the benchmark: a closed loop over a number of connections. Each sends a request, waits for the reply,
 * checks it, and sends the next. Measures the latency of every request and the CPU time of the server.
 *
 *   load SOCKET PID VERB CONNECTIONS MILLISECONDS KEYS SESSION_BYTES CACHE TIMEOUT TRACE
 *
 * VERB is seed, policy, lookup, update, delete, mix (60 % lookup, 25 % update, 10 % seed, 5 % policy), receiving, which
 * plays the recorded requests of the file TRACE again and again, fill, which stores every key once, or flood: lookups
 * without waiting, until a socket takes no more; nothing is read or measured.
 * A lookup expects its session, a policy request the TIMEOUT in seconds; delete deletes each key once and stores it
 * again outside the measurement. Prints: requests, seconds, CPU seconds of the server and of this
 * program, the 50th, 99th and 99.9th percentile and the maximum latency in microseconds, and the share of user mode in
 * the server's CPU time by the kernel's ticks. A wrong reply, or none for a minute, is an error: a message, status 1.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { KEY = 64, KEY_VARIES = 16, STATUS = sizeof "status\0000", HEAD = STATUS + sizeof "session" + KEY_VARIES,
     EVENTS = 128, TIMEOUT_SECONDS = 60, BUCKET_BITS = 7, BUCKETS = 64 << BUCKET_BITS };
enum verb { SEED, POLICY, LOOKUP, UPDATE, DELETE, VERBS, MIX, FILL, FLOOD, RECEIVING, TKTKEY };

static const char *const verb_names[] = {"seed", "policy", "lookup", "update", "delete", "", "mix", "fill", "flood",
    "receiving", "tktkey"};

/* A request, the positions of the key in it, and the length of its reply. */
struct template {
    char *bytes;
    size_t length;
    char *id;
    char *session;
    size_t reply_length;
};

struct connection {
    int socket;
    enum verb verb;
    uint64_t key;
    uint64_t sent_ns;
    size_t received;
    char head[HEAD];
};

/* A sequence of requests: random keys until end_ns, or each of the first wanted_keys once. */
struct phase {
    enum verb verb;
    uint64_t end_ns;
    uint64_t touched_keys;
    uint64_t wanted_keys;
};

struct measures {
    uint64_t requests;
    uint64_t elapsed_ns;
    uint64_t server_ns;
    uint64_t own_ns;
    uint64_t user_ticks;
    uint64_t system_ticks;
    uint64_t slowest_ns;
    uint64_t histogram[BUCKETS];
};

static struct template templates[VERBS];
static struct connection *connections;
static int connection_count;
static uint64_t keys;
static int poller;
static clockid_t server_clock;
static const char *server_id;
static char *buffer;
static size_t buffer_size;

static struct measures measured;

__attribute__((noreturn, format(printf, 1, 2))) static void fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("load: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    exit(1);
}

static uint64_t read_clock(clockid_t clock)
{
    struct timespec now;
    if (clock_gettime(clock, &now) < 0) {
        fail("the server has exited");
    }
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static uint64_t now_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

/* Adds the server's ticks so far, or subtracts them with a sign of -1. */
static void add_ticks(int64_t sign)
{
    char path[64];
    unsigned long long user, system;
    snprintf(path, sizeof path, "/proc/%s/stat", server_id);
    FILE *file = fopen(path, "r");
    if (file == NULL || fscanf(file, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu",
            &user, &system) != 2) {
        fail("the server has exited");
    }
    fclose(file);
    measured.user_ticks += (uint64_t)sign * user;
    measured.system_ticks += (uint64_t)sign * system;
}

static uint64_t scramble(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static uint64_t draw(uint64_t below)
{
    static uint64_t state = 1;
    state += 0x9e3779b97f4a7c15u;
    return scramble(state) % below;
}

/* Writes the part that is unique to a key. Its session starts with the same bytes, so that a reply can be checked. */
static void write_key(char *to, uint64_t key)
{
    uint64_t bits = scramble(key + 0x9e3779b97f4a7c15u);
    for (int i = 0; i < KEY_VARIES; i++, bits >>= 4) {
        to[i] = "0123456789abcdef"[bits & 15];
    }
}

/* Latencies in buckets narrower than one percent: the highest bit and the seven bits below it. */
static int bucket_of(uint64_t ns)
{
    int high = 63 - __builtin_clzll(ns | 1);
    int shift = high > BUCKET_BITS ? high - BUCKET_BITS : 0;
    return (shift << BUCKET_BITS) + (int)(ns >> shift);
}

static uint64_t bucket_ns(int bucket)
{
    int shift = (bucket >> BUCKET_BITS) - 1;
    return shift <= 0 ? (uint64_t)bucket : (uint64_t)(bucket - (shift << BUCKET_BITS)) << shift;
}

static double percentile_us(double share)
{
    uint64_t wanted = (uint64_t)((double)measured.requests * share);
    uint64_t seen = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
        seen += measured.histogram[bucket];
        if (seen > wanted) {
            return (double)bucket_ns(bucket) / 1000;
        }
    }
    return (double)measured.slowest_ns / 1000;
}

/* Writes name and value, each with its NUL; returns the position of the value. */
static char *attribute(char **end, const char *name, const char *value, size_t length)
{
    size_t name_length = strlen(name) + 1;
    memcpy(*end, name, name_length);
    char *place = *end + name_length;
    memcpy(place, value, length);
    place[length] = '\0';
    *end = place + length + 1;
    return place;
}

static void make_template(
    enum verb verb, const char *cache, const char *timeout, const char *session, size_t session_length)
{
    struct template *template = &templates[verb];
    char *end = template->bytes = calloc(1, session_length + 512);
    char id[KEY];
    memset(id, 'k', KEY);
    attribute(&end, "request", verb_names[verb], strlen(verb_names[verb]));
    if (verb == SEED) {
        attribute(&end, "size", "32", 2);
    } else {
        attribute(&end, "cache_type", cache, strlen(cache));
    }
    if (verb != SEED && verb != POLICY) {
        template->id = attribute(&end, "cache_id", id, KEY);
    }
    if (verb == UPDATE) {
        template->session = attribute(&end, "session", session, session_length);
    }
    template->length = (size_t)(end + 1 - template->bytes);
    template->reply_length = sizeof "status\0000\0"
        + (verb == SEED ? sizeof "seed" + 44 + 1 : 0)
        + (verb == POLICY ? sizeof "cachable\0001" + sizeof "timeout\0" + strlen(timeout) : 0)
        + (verb == LOOKUP ? sizeof "session" + session_length + 1 : 0);
}

static void make_templates(const char *cache, const char *timeout, size_t session_bytes)
{
    size_t length = (session_bytes + 2) / 3 * 4;
    char *session = malloc(length);
    memset(session, 'A', length);
    for (int verb = 0; verb < VERBS; verb++) {
        make_template((enum verb)verb, cache, timeout, session, length);
    }
    free(session);
    buffer_size = length + 4096;
    buffer = malloc(buffer_size);
}

static enum verb verb_of(const char *name)
{
    for (int verb = 0; verb <= TKTKEY; verb++) {
        if (verb != VERBS && strcmp(name, verb_names[verb]) == 0) {
            return (enum verb)verb;
        }
    }
    fail("no verb %s", name);
}

#include "trace.h"

static void send_bytes(int client, const char *bytes, size_t length)
{
    for (size_t sent = 0; sent < length;) {
        ssize_t count = send(client, bytes + sent, length - sent, MSG_NOSIGNAL);
        if (count < 0) {
            fail("cannot send: %s", strerror(errno));
        }
        sent += (size_t)count;
    }
}

static struct played *played_by(const struct connection *connection)
{
    return &played[connection - connections];
}

static void send_request(struct connection *connection)
{
    if (connection->verb == RECEIVING) {
        static char bytes[REPLY];
        size_t length = write_played(played_by(connection), bytes);
        connection->sent_ns = now_ns();
        send_bytes(connection->socket, bytes, length);
        return;
    }
    struct template *template = &templates[connection->verb];
    if (template->id != NULL) {
        write_key(template->id, connection->key);
    }
    if (template->session != NULL) {
        write_key(template->session, connection->key);
    }
    connection->received = 0;
    connection->sent_ns = now_ns();
    send_bytes(connection->socket, template->bytes, template->length);
}

static void check_status(const struct connection *connection)
{
    if (memcmp(connection->head, "status\0000", STATUS) != 0) {
        fail("the status of %s is not 0: %.8s", verb_names[connection->verb],
            connection->head + sizeof "status");
    }
}

static void check_session(const struct connection *connection)
{
    char expected[KEY_VARIES];
    write_key(expected, connection->key);
    if (memcmp(connection->head + STATUS + sizeof "session", expected, KEY_VARIES) != 0) {
        fail("a lookup returned the session of another key");
    }
}

/* Receives a part of the reply; returns whether the reply is complete. */
static int receive_reply(struct connection *connection)
{
    if (connection->verb == RECEIVING) {
        return receive_played(connection->socket, played_by(connection));
    }
    size_t wanted = templates[connection->verb].reply_length;
    ssize_t count = recv(connection->socket, buffer, buffer_size, 0);
    if (count <= 0) {
        fail("%s has no reply: %s", verb_names[connection->verb],
            count == 0 ? "the server closed the connection" : strerror(errno));
    }
    if (connection->received < HEAD) {
        size_t missing = HEAD - connection->received;
        memcpy(connection->head + connection->received, buffer, (size_t)count < missing ? (size_t)count : missing);
    }
    connection->received += (size_t)count;
    if (connection->received >= STATUS) {
        check_status(connection);
    }
    if (connection->received > wanted) {
        fail("the reply to %s is longer than %zu bytes", verb_names[connection->verb], wanted);
    }
    if (connection->received == wanted && connection->verb == LOOKUP) {
        check_session(connection);
    }
    return connection->received == wanted;
}

/* Chooses the next request of a connection; returns whether the phase has one. */
static int choose(struct phase *phase, struct connection *connection, uint64_t now)
{
    connection->verb = phase->verb;
    if (phase->verb == FILL || phase->verb == DELETE) {
        connection->verb = phase->verb == FILL ? UPDATE : DELETE;
        connection->key = phase->touched_keys++;
        return connection->key < phase->wanted_keys && now < phase->end_ns;
    }
    if (phase->verb == RECEIVING) {
        play(played_by(connection));
        return now < phase->end_ns;
    }
    connection->key = draw(keys);
    if (phase->verb == MIX) {
        uint64_t share = draw(100);
        connection->verb = share < 60 ? LOOKUP : share < 85 ? UPDATE : share < 95 ? SEED : POLICY;
    }
    return now < phase->end_ns;
}

static int wait_for_replies(struct epoll_event *events)
{
    if (connection_count == 1) {
        events[0].data.ptr = connections;
        return 1;
    }
    int count = epoll_wait(poller, events, EVENTS, TIMEOUT_SECONDS * 1000);
    if (count == 0) {
        fail("no reply for %d s", TIMEOUT_SECONDS);
    }
    return count < 0 ? 0 : count;
}

static void run(struct phase *phase)
{
    struct epoll_event events[EVENTS];
    uint64_t start = now_ns();
    uint64_t server_start = read_clock(server_clock);
    uint64_t own_start = read_clock(CLOCK_PROCESS_CPUTIME_ID);
    add_ticks(-1);
    int busy = 0;
    for (int i = 0; i < connection_count; i++) {
        if (choose(phase, &connections[i], now_ns())) {
            send_request(&connections[i]);
            busy++;
        }
    }
    while (busy > 0) {
        int count = wait_for_replies(events);
        for (int i = 0; i < count; i++) {
            struct connection *connection = events[i].data.ptr;
            if (!receive_reply(connection)) {
                continue;
            }
            uint64_t now = now_ns();
            uint64_t latency = now - connection->sent_ns;
            measured.histogram[bucket_of(latency)]++;
            measured.slowest_ns = latency > measured.slowest_ns ? latency : measured.slowest_ns;
            measured.requests++;
            if (choose(phase, connection, now)) {
                send_request(connection);
            } else {
                busy--;
            }
        }
    }
    measured.elapsed_ns += now_ns() - start;
    measured.server_ns += read_clock(server_clock) - server_start;
    measured.own_ns += read_clock(CLOCK_PROCESS_CPUTIME_ID) - own_start;
    add_ticks(1);
}

/* Stores each of the first keys once. */
static void fill(uint64_t count)
{
    run(&(struct phase){.verb = FILL, .end_ns = UINT64_MAX, .wanted_keys = count});
}

static void run_deletes(uint64_t wanted_ns)
{
    while (measured.elapsed_ns < wanted_ns) {
        struct phase delete = {.verb = DELETE, .wanted_keys = keys};
        delete.end_ns = now_ns() + wanted_ns - measured.elapsed_ns;
        run(&delete);
        struct measures kept = measured;
        fill(delete.touched_keys < keys ? delete.touched_keys : keys);
        measured = kept;
    }
}

static void connect_all(const char *path)
{
    static const char greeting[] = "protocol\0tlsmgr_protocol\0";
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char received[sizeof greeting];
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    connections = calloc((size_t)connection_count, sizeof *connections);
    poller = epoll_create1(0);
    for (int i = 0; i < connection_count; i++) {
        int client = connections[i].socket = socket(AF_UNIX, SOCK_STREAM, 0);
        if (connect(client, (struct sockaddr *)&address, sizeof address) < 0) {
            fail("cannot connect to %s: %s", path, strerror(errno));
        }
        struct timeval timeout = {.tv_sec = TIMEOUT_SECONDS};
        setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
        ssize_t count = recv(client, received, sizeof received, MSG_WAITALL);
        if (count != sizeof received || memcmp(received, greeting, sizeof received) != 0) {
            fail("the server does not send the greeting of tlsmgr");
        }
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &connections[i]};
        epoll_ctl(poller, EPOLL_CTL_ADD, client, &event);
    }
}

/* Each client sends until its socket takes no more, and is replaced when its turn comes again. */
static void flood(const char *path, uint64_t wanted_ns)
{
    enum { MESSAGES = 64 };
    struct template *template = &templates[LOOKUP];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = MESSAGES * template->length;
    char *bytes = malloc(length);
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    for (uint64_t key = 0; key < MESSAGES; key++) {
        write_key(template->id, draw(keys));
        memcpy(bytes + key * template->length, template->bytes, template->length);
    }
    for (uint64_t end_ns = now_ns() + wanted_ns; now_ns() < end_ns;) {
        for (int i = 0; i < connection_count && now_ns() < end_ns; i++) {
            if (connections[i].socket > 0) {
                close(connections[i].socket);
            }
            int client = connections[i].socket = socket(AF_UNIX, SOCK_STREAM, 0);
            if (connect(client, (struct sockaddr *)&address, sizeof address) < 0) {
                fail("cannot connect to %s: %s", path, strerror(errno));
            }
            while (send(client, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)length) {
                measured.requests += MESSAGES;
            }
            usleep(200);
        }
    }
    measured.elapsed_ns = wanted_ns;
    measured.requests += MESSAGES;
}

int main(int argc, char **argv)
{
    if (argc != 11) {
        fail("usage: load SOCKET PID VERB CONNECTIONS MILLISECONDS KEYS SESSION_BYTES CACHE TIMEOUT TRACE");
    }
    enum verb verb = verb_of(argv[3]);
    connection_count = atoi(argv[4]);
    uint64_t wanted_ns = strtoull(argv[5], NULL, 10) * 1000000;
    keys = strtoull(argv[6], NULL, 10);
    make_templates(argv[8], argv[9], strtoull(argv[7], NULL, 10));
    server_id = argv[2];
    if (clock_getcpuclockid(atoi(argv[2]), &server_clock) != 0) {
        fail("no process %s", argv[2]);
    }
    if (verb != FLOOD) {
        connect_all(argv[1]);
    }
    if (verb == RECEIVING) {
        played = calloc((size_t)connection_count, sizeof *played);
        read_trace(argv[10]);
        fetch_key_name(connections[0].socket);
    }
    if (verb == FLOOD) {
        connections = calloc((size_t)connection_count, sizeof *connections);
        flood(argv[1], wanted_ns);
    } else if (verb == FILL) {
        fill(keys);
    } else if (verb == DELETE) {
        run_deletes(wanted_ns);
    } else {
        run(&(struct phase){.verb = verb, .end_ns = now_ns() + wanted_ns});
    }
    uint64_t ticks = measured.user_ticks + measured.system_ticks;
    printf("%llu %.6f %.6f %.6f %.3f %.3f %.3f %.3f %.4f\n", (unsigned long long)measured.requests,
        (double)measured.elapsed_ns / 1e9, (double)measured.server_ns / 1e9, (double)measured.own_ns / 1e9,
        percentile_us(0.5), percentile_us(0.99), percentile_us(0.999), (double)measured.slowest_ns / 1000,
        ticks == 0 ? 0 : (double)measured.user_ticks / (double)ticks);
    return 0;
}
