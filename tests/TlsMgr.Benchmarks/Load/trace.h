/*
 * A recorded sequence of requests for load.c, from fixtures/receiving: one line each, of which the connection is not
 * used: each idle connection sends the next request. The ids of a pass differ from those of the pass before. A session
 * begins as OpenSSL writes one, with the recorded version of TLS.
 */

enum { REPLY = 64 * 1024, SESSION_HEAD = 64, KEY_NAME = 24, RECORDS = 4096 };

struct record {
    enum verb verb;
    char cache[16];
    uint64_t id;
    size_t id_bytes;
    size_t bytes;
    char session_head[SESSION_HEAD];
};

/* The request that a connection sends, and the reply so far. */
struct played {
    const struct record *record;
    uint64_t key;
    size_t received;
    char reply[REPLY];
};

static struct record records[RECORDS];
static uint64_t record_count;
static uint64_t id_count;
static uint64_t played_count;
static struct played *played;
static char key_name[KEY_NAME + 1];

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Base64 text of SESSION_HEAD characters: a sequence of the version of the format and that of TLS, then any bytes. */
static void write_session_head(char *to, size_t bytes, int is_tls13)
{
    unsigned char length_bytes = bytes < 256 ? 1 : 2;
    size_t length = bytes - 2 - length_bytes;
    const unsigned char versions[] = {2, 1, 1, 2, 2, 3, is_tls13 ? 4 : 3};
    unsigned char head[SESSION_HEAD / 4 * 3] = {0x30, 0x80 | length_bytes, (unsigned char)(length >> 8)};
    head[1 + length_bytes] = (unsigned char)length;
    memcpy(head + 2 + length_bytes, versions, sizeof versions);
    for (size_t i = 0; i < sizeof head; i += 3) {
        uint32_t bits = (uint32_t)head[i] << 16 | (uint32_t)head[i + 1] << 8 | head[i + 2];
        for (int shift = 18; shift >= 0; shift -= 6) {
            *to++ = base64[bits >> shift & 63];
        }
    }
}

static void read_trace(const char *path)
{
    FILE *file = fopen(path, "r");
    char line[256];
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        struct record *record = &records[record_count];
        char verb[16], protocol[16];
        unsigned long long id;
        if (line[0] == '#') {
            continue;
        }
        if (record_count == RECORDS - 1 || sscanf(line, "%*d %15s %15s %llu %zu %zu %15s", verb, record->cache, &id,
                &record->id_bytes, &record->bytes, protocol) != 6) {
            fail("%s: not a request: %s", path, line);
        }
        record->verb = verb_of(verb);
        record->id = id;
        id_count = id > id_count ? id : id_count;
        if (record->verb == UPDATE && (record->bytes < 2 * SESSION_HEAD || record->bytes > REPLY / 2)) {
            fail("%s: a session of %zu bytes", path, record->bytes);
        }
        write_session_head(record->session_head, record->bytes, strcmp(protocol, "TLSv1.3") == 0);
        record_count++;
    }
    if (file == NULL || record_count == 0) {
        fail("%s cannot be read", path);
    }
    fclose(file);
}

/* Chooses the next request of the recording for a connection. */
static void play(struct played *to)
{
    uint64_t passes = keys / (id_count + 1) + 1;
    uint64_t pass = played_count / record_count % passes;
    to->record = &records[played_count++ % record_count];
    to->key = to->record->id + pass * (id_count + 1);
    to->received = 0;
}

/* Writes the request of a connection; returns its length. */
static size_t write_played(const struct played *from, char *bytes)
{
    static char filler[REPLY];
    const struct record *record = from->record;
    char *end = bytes;
    memset(filler, 'A', sizeof filler);
    attribute(&end, "request", verb_names[record->verb], strlen(verb_names[record->verb]));
    if (record->verb == SEED) {
        char size[24];
        attribute(&end, "size", size, (size_t)snprintf(size, sizeof size, "%zu", record->bytes));
    } else if (record->verb == TKTKEY) {
        attribute(&end, "keyname", key_name, record->id_bytes == 0 ? 0 : KEY_NAME);
    } else {
        attribute(&end, "cache_type", record->cache, strlen(record->cache));
    }
    if (record->id != 0) {
        write_key(attribute(&end, "cache_id", filler, record->id_bytes), from->key);
    }
    if (record->verb == UPDATE) {
        char *session = attribute(&end, "session", filler, record->bytes / 3 * 4);
        memcpy(session, record->session_head, SESSION_HEAD);
        write_key(session + SESSION_HEAD, from->key);
    }
    *end = '\0';
    return (size_t)(end + 1 - bytes);
}

/* Whether a reply has its last attribute: names and values in turns until an empty name. */
static int is_complete(const struct played *reply)
{
    const char *end = reply->reply + reply->received;
    for (const char *name = reply->reply; name < end;) {
        if (*name == '\0') {
            return name + 1 == end;
        }
        const char *value = memchr(name, '\0', (size_t)(end - name));
        const char *after = value == NULL ? NULL : memchr(value + 1, '\0', (size_t)(end - value - 1));
        if (after == NULL) {
            return 0;
        }
        name = after + 1;
    }
    return 0;
}

/* A lookup may find nothing: the session was not kept, or is stored at this moment by another connection. */
static void check_played(const struct played *reply)
{
    enum verb verb = reply->record->verb;
    int is_ok = reply->received > STATUS && memcmp(reply->reply, "status\0000", STATUS) == 0;
    if (!is_ok && verb != LOOKUP) {
        fail("the status of %s is not 0: %.8s", verb_names[verb], reply->reply + sizeof "status");
    }
    if (is_ok && verb == LOOKUP) {
        char expected[KEY_VARIES];
        write_key(expected, reply->key);
        if (memcmp(reply->reply + STATUS + sizeof "session" + SESSION_HEAD, expected, KEY_VARIES) != 0) {
            fail("a lookup returned the session of another key");
        }
    }
}

/* Receives a part of a reply; returns whether the reply is complete. */
static int receive_played(int socket, struct played *reply)
{
    ssize_t count = recv(socket, reply->reply + reply->received, REPLY - reply->received, 0);
    if (count <= 0) {
        fail("%s has no reply: %s", verb_names[reply->record->verb],
            count == 0 ? "the server closed the connection" : strerror(errno));
    }
    reply->received += (size_t)count;
    if (!is_complete(reply)) {
        return 0;
    }
    check_played(reply);
    return 1;
}

/* Asks for the current ticket key: its name, its first 16 bytes, is what later requests ask for. */
static void fetch_key_name(int socket)
{
    static const char request[] = "request\0tktkey\0keyname\0\0";
    static const struct record key = {.verb = TKTKEY};
    struct played *reply = calloc(1, sizeof *reply);
    reply->record = &key;
    if (send(socket, request, sizeof request, MSG_NOSIGNAL) != (ssize_t)sizeof request) {
        fail("cannot send: %s", strerror(errno));
    }
    while (!receive_played(socket, reply)) {
    }
    memcpy(key_name, reply->reply + STATUS + sizeof "keybuf", KEY_NAME);
    key_name[21] = base64[(strchr(base64, key_name[21]) - base64) & 0x30];
    key_name[22] = key_name[23] = '=';
    free(reply);
}
