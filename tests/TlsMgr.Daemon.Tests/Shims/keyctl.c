// add_key(2) and keyctl(2) fail as on a kernel without the key service, and under the filters of many containers.
#include "system-call.h"

#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

long syscall(long number, ...)
{
    va_list list;
    va_start(list, number);
    long a = va_arg(list, long), b = va_arg(list, long), c = va_arg(list, long);
    long d = va_arg(list, long), e = va_arg(list, long), f = va_arg(list, long);
    va_end(list);
    if (number == SYS_add_key || number == SYS_keyctl) {
        errno = ENOSYS;
        return -1;
    }

    return call_kernel(number, a, b, c, d, e, f);
}
