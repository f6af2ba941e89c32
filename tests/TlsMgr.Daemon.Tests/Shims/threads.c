// pthread_create(3) fails with EAGAIN after the first thread, which the runtime needs.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument)
{
    static int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    static int created;
    if (real == NULL) {
        real = dlsym(RTLD_NEXT, "pthread_create");
    }

    return created++ < 1 ? real(thread, attributes, start, argument) : EAGAIN;
}
