/* The program around libFuzzer's main function: loads .NET into its own process and passes each input to TlsMgr.Fuzzing.
   run.sh names .NET's host library, the assembly and the target in the environment. */

#include <dlfcn.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Equal to Coverage.Edges. */
enum { EDGES = 1 << 16 };

/* What hostfxr.h calls hdt_get_function_pointer and UNMANAGEDCALLERSONLY_METHOD. */
enum { GET_FUNCTION_POINTER = 6 };
#define UNMANAGED ((const char *) -1)

typedef int (*find_function)(const char *type, const char *method, const char *kind, void *, void *, void **function);

void __sanitizer_cov_8bit_counters_init(char *first, char *end);
void __sanitizer_cov_pcs_init(const uintptr_t *first, const uintptr_t *end);

static int (*run)(const uint8_t *data, size_t length);

static void require(int holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "fuzzing: %s failed\n", what);
        exit(2);
    }
}

static void *find(find_function function, const char *method)
{
    void *found = NULL;
    require(function("TlsMgr.Fuzzing.LibFuzzer, TlsMgr.Fuzzing", method, UNMANAGED, NULL, NULL, &found) == 0, method);
    return found;
}

static find_function start_dotnet(const char *assembly)
{
    void *library = dlopen(getenv("HOSTFXR"), RTLD_NOW);
    require(library != NULL, "loading HOSTFXR");
    int (*initialize)(int, const char **, const void *, void **) = dlsym(library, "hostfxr_initialize_for_dotnet_command_line");
    int (*get_delegate)(void *, int, void **) = dlsym(library, "hostfxr_get_runtime_delegate");
    void *context = NULL;
    void *function = NULL;
    require(initialize(1, &assembly, NULL, &context) == 0, assembly);
    require(get_delegate(context, GET_FUNCTION_POINTER, &function) == 0, "starting .NET");
    return function;
}

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
    static uintptr_t addresses[2 * EDGES];
    (void) count;
    (void) arguments;
    find_function function = start_dotnet(getenv("FUZZING_ASSEMBLY"));
    char *(*open)(const char *target) = find(function, "Open");
    run = find(function, "Run");
    char *counters = open(getenv("FUZZING_TARGET"));
    require(counters != NULL, "opening FUZZING_TARGET");

    /* For each counter an address, which has no meaning here, and flags. */
    for (int edge = 0; edge < EDGES; edge++)
        addresses[2 * edge] = edge + 1;
    __sanitizer_cov_8bit_counters_init(counters, counters + EDGES);
    __sanitizer_cov_pcs_init(addresses, addresses + 2 * EDGES);

    /* libFuzzer keeps the input of a crash, but does not replace the handlers of others. No code of ours relies on faults. */
    signal(SIGSEGV, SIG_DFL);
    signal(SIGBUS, SIG_DFL);
    signal(SIGFPE, SIG_DFL);
    signal(SIGABRT, SIG_DFL);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    if (run(data, length) != 0)
        abort();
    return 0;
}
