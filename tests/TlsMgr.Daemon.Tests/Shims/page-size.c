/*
 * A system with larger pages: their size is PAGE_BYTES of the environment while the switch is on. As there, memory begins
 * and ends at such a page: the collector relies on it, and would release parts of what lies beside its own.
 */
#define _GNU_SOURCE
#include "fault-switch.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

typedef void *map(void *, size_t, int, int, int, off_t);
typedef int unmap(void *, size_t);

/* The size of a page, or 0 while it is that of the machine. */
static size_t page_bytes(void)
{
    const char *bytes = getenv("PAGE_BYTES");
    return bytes && fault_is_on() ? (size_t)atol(bytes) : 0;
}

static size_t round_up(size_t length, size_t page)
{
    return page ? (length + page - 1) & -page : length;
}

long sysconf(int name)
{
    long (*real)(int) = (long (*)(int))dlsym(RTLD_NEXT, "sysconf");
    size_t page = name == _SC_PAGESIZE ? page_bytes() : 0;

    return page ? (long)page : real(name);
}

int munmap(void *address, size_t length)
{
    return ((unmap *)dlsym(RTLD_NEXT, "munmap"))(address, round_up(length, page_bytes()));
}

void *mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t offset)
{
    map *real = (map *)dlsym(RTLD_NEXT, "mmap");
    unmap *release = (unmap *)dlsym(RTLD_NEXT, "munmap");
    size_t page = page_bytes();

    length = round_up(length, page);
    if (address || !page) {
        return real(address, length, protection, flags, descriptor, offset);
    }
    char *room = real(NULL, length + page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (room == MAP_FAILED) {
        return MAP_FAILED;
    }
    char *start = room + (-(uintptr_t)room & (page - 1));
    void *result = real(start, length, protection, flags | MAP_FIXED, descriptor, offset);
    if (result == MAP_FAILED) {
        release(room, length + page);
        return MAP_FAILED;
    }
    if (start > room) {
        release(room, (size_t)(start - room));
    }
    release(start + length, page - (size_t)(start - room));
    return result;
}

void *mmap64(void *, size_t, int, int, int, off_t) __attribute__((alias("mmap")));
