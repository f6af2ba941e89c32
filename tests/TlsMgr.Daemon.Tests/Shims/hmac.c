/*
 * HMAC fails while the switch is on. The runtime looks OpenSSL's functions up by name, so this replaces dlsym(3).
 */
#define _GNU_SOURCE
#include "fault-switch.h"

#include <dlfcn.h>
#include <string.h>

typedef unsigned char *hmac_function(
    const void *, const void *, int, const unsigned char *, size_t, unsigned char *, unsigned int *);

static hmac_function *real_hmac;

static unsigned char *hmac(
    const void *hash, const void *key, int key_length, const unsigned char *data, size_t length, unsigned char *output,
    unsigned int *output_length)
{
    return fault_is_on() ? NULL : real_hmac(hash, key, key_length, data, length, output, output_length);
}

void *dlsym(void *library, const char *name)
{
    static void *(*real)(void *, const char *);
    void *found;

    if (real == NULL)
        real = dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.34");
    found = real(library, name);
    if (found != NULL && strcmp(name, "HMAC") == 0) {
        real_hmac = found;
        return hmac;
    }
    return found;
}
