/* A system with larger pages: their size is PAGE_BYTES of the environment while the switch is on. */
#define _GNU_SOURCE
#include "fault-switch.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

long sysconf(int name)
{
    long (*real)(int) = (long (*)(int))dlsym(RTLD_NEXT, "sysconf");
    const char *bytes = getenv("PAGE_BYTES");

    return name == _SC_PAGESIZE && bytes && fault_is_on() ? atol(bytes) : real(name);
}
