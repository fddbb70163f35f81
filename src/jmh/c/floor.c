/*
 * What ONNX Runtime itself costs: the same calls as GPUX makes, from C, so that the rest is what Java adds.
 *
 *   floor LIBRARY MODEL WAY THREADS WINDOW ITERATIONS MILLISECONDS VALUE...
 *
 * WAY    bound     RunWithBinding, input and output bound beforehand
 *        reused    Run, same input; output allocated by ORT, read, released
 *        fixed     Run, same input; output written into the same tensor each time
 *        fresh     Run, input copied into new memory and made a tensor; output allocated, read, released
 * VALUE  in:NAME:float32:1,10 or out:NAME:int64:8,32
 *
 * Measures windows of WINDOW runs each, as JMH's sample time mode does: on a machine with other work, the median window
 * says what a run costs, and the mean what the other work costs. Prints the median in nanoseconds a run, one line an
 * iteration and thread; one iteration before them warms up and is not printed.
 *
 * No header of ONNX Runtime is needed: functions are taken from OrtApi by their index, which never changes, since the
 * table only grows at its end. The indices are those in dev.gpux.ffi.OrtApi (offset / 8).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { API_VERSION = 22, MOST_VALUES = 8, MOST_DIMENSIONS = 8, MOST_THREADS = 64, LINE = 64,
    MOST_WINDOWS = 1 << 20 };

typedef void *Status;
typedef struct { const void *(*GetApi)(uint32_t); const char *(*GetVersionString)(void); } ApiBase;

static void *const *api;
#define ORT(index, result, ...) ((result (*)(__VA_ARGS__)) api[index])
#define GetErrorMessage ORT(2, const char *, Status)
#define CreateEnv ORT(3, Status, int, const char *, void **)
#define CreateSession ORT(7, Status, void *, const char *, void *, void **)
#define Run ORT(9, Status, void *, void *, const char *const *, void *const *, size_t, const char *const *, size_t, void **)
#define CreateSessionOptions ORT(10, Status, void **)
#define SetIntraOpNumThreads ORT(24, Status, void *, int)
#define CreateTensorWithDataAsOrtValue ORT(49, Status, void *, void *, size_t, const int64_t *, size_t, int, void **)
#define GetTensorMutableData ORT(51, Status, void *, void **)
#define CreateCpuMemoryInfo ORT(69, Status, int, int, void **)
#define ReleaseValue ORT(96, void, void *)
#define AddSessionConfigEntry ORT(130, Status, void *, const char *, const char *)
#define RunWithBinding ORT(133, Status, void *, void *, void *)
#define CreateIoBinding ORT(134, Status, void *, void **)
#define BindInput ORT(136, Status, void *, const char *, void *)
#define BindOutput ORT(137, Status, void *, const char *, void *)

typedef struct { const char *name; int type; size_t rank; int64_t dims[MOST_DIMENSIONS]; size_t bytes; } Value;
typedef struct {
    void *data[MOST_VALUES], *inputs[MOST_VALUES], *outputs[MOST_VALUES], *binding;
    double *windows;
    int count, sum;
} Worker;

static Value in[MOST_VALUES], out[MOST_VALUES];
static const char *in_names[MOST_VALUES], *out_names[MOST_VALUES];
static size_t in_count, out_count;
static void *session, *memory;
static void (*way)(Worker *);
static int window;
static volatile int done;

static void die(const char *what) {
    fprintf(stderr, "floor: %s\n", what);
    exit(1);
}

static inline void check(Status status) {
    if (status) die(GetErrorMessage(status));
}

/* One word of every cache line: all of the memory is touched, and the adding costs little. */
static int touch(const void *data, size_t bytes) {
    int sum = 0;
    for (size_t i = 0; i + sizeof(int) <= bytes; i += LINE) sum += *(const int *) ((const char *) data + i);
    return sum;
}

static void *tensor(const Value *v, void *data) {
    void *value;
    check(CreateTensorWithDataAsOrtValue(memory, data, v->bytes, v->dims, v->rank, v->type, &value));
    return value;
}

static void bound(Worker *w) {
    check(RunWithBinding(session, NULL, w->binding));
}

static void fixed(Worker *w) {
    check(Run(session, NULL, in_names, w->inputs, in_count, out_names, out_count, w->outputs));
}

static void run_and_read(Worker *w, void *const *inputs) {
    void *values[MOST_VALUES] = {NULL};
    check(Run(session, NULL, in_names, inputs, in_count, out_names, out_count, values));
    for (size_t i = 0; i < out_count; i++) {
        void *data;
        check(GetTensorMutableData(values[i], &data));
        w->sum += touch(data, out[i].bytes);
        ReleaseValue(values[i]);
    }
}

static void reused(Worker *w) {
    run_and_read(w, w->inputs);
}

static void fresh(Worker *w) {
    void *data[MOST_VALUES], *inputs[MOST_VALUES];
    for (size_t i = 0; i < in_count; i++) {
        data[i] = aligned_alloc(LINE, (in[i].bytes + LINE - 1) / LINE * LINE);
        memcpy(data[i], w->data[i], in[i].bytes);
        inputs[i] = tensor(&in[i], data[i]);
    }
    run_and_read(w, inputs);
    for (size_t i = 0; i < in_count; i++) {
        ReleaseValue(inputs[i]);
        free(data[i]);
    }
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static void *work(void *argument) {
    Worker *w = argument;
    w->count = 0;
    do {
        double start = now();
        for (int i = 0; i < window; i++) way(w);
        w->windows[w->count++] = (now() - start) / window;
    } while (!done && w->count < MOST_WINDOWS);
    return NULL;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *) a, y = *(const double *) b;
    return (x > y) - (x < y);
}

static double median(Worker *w) {
    qsort(w->windows, w->count, sizeof(double), compare);
    return w->windows[w->count / 2];
}

static void *fill(const Value *v) {
    void *data = aligned_alloc(LINE, (v->bytes + LINE - 1) / LINE * LINE);
    for (size_t i = 0; v->type == 7 && i < v->bytes / 8; i++) ((int64_t *) data)[i] = 1;
    for (size_t i = 0; v->type == 1 && i < v->bytes / 4; i++) ((float *) data)[i] = 0.5f;
    return data;
}

static void prepare(Worker *w) {
    w->windows = malloc(MOST_WINDOWS * sizeof(double));
    check(CreateIoBinding(session, &w->binding));
    for (size_t i = 0; i < in_count; i++) {
        w->data[i] = fill(&in[i]);
        w->inputs[i] = tensor(&in[i], w->data[i]);
        check(BindInput(w->binding, in[i].name, w->inputs[i]));
    }
    for (size_t i = 0; i < out_count; i++) {
        w->outputs[i] = tensor(&out[i], fill(&out[i]));
        check(BindOutput(w->binding, out[i].name, w->outputs[i]));
    }
}

static void parse(char *text) {
    char *kind = strtok(text, ":"), *name = strtok(NULL, ":"), *type = strtok(NULL, ":"), *dims = strtok(NULL, ":");
    if (!dims) die("a value is in|out:NAME:float32|int64:DIM,DIM");
    Value v = {.name = name, .type = strcmp(type, "int64") ? 1 : 7};
    v.bytes = v.type == 7 ? 8 : 4;
    for (char *d = strtok(dims, ","); d && v.rank < MOST_DIMENSIONS; d = strtok(NULL, ",")) {
        v.dims[v.rank] = strtoll(d, NULL, 10);
        v.bytes *= v.dims[v.rank++];
    }
    int is_input = !strcmp(kind, "in");
    if ((is_input ? in_count : out_count) == MOST_VALUES) die("too many values");
    if (is_input) {
        in_names[in_count] = name;
        in[in_count++] = v;
    } else {
        out_names[out_count] = name;
        out[out_count++] = v;
    }
}

static void load(const char *library, const char *model) {
    setenv("ORT_DISABLE_TELEMETRY", "1", 1);
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (!handle) die(dlerror());
    const ApiBase *(*base)(void) = (const ApiBase *(*)(void)) dlsym(handle, "OrtGetApiBase");
    if (!base || !(api = base()->GetApi(API_VERSION))) die("not an ONNX Runtime of 1.22 or newer");
    void *env, *options;
    check(CreateEnv(2, "floor", &env));
    check(CreateSessionOptions(&options));
    check(SetIntraOpNumThreads(options, 1));
    check(AddSessionConfigEntry(options, "session.intra_op.allow_spinning", "0"));
    check(AddSessionConfigEntry(options, "session.inter_op.allow_spinning", "0"));
    check(CreateSession(env, model, options, &session));
    check(CreateCpuMemoryInfo(0, 0, &memory));
}

int main(int count, char **arguments) {
    if (count < 10) die("LIBRARY MODEL WAY THREADS WINDOW ITERATIONS MILLISECONDS VALUE...");
    const char *name = arguments[3];
    way = !strcmp(name, "bound") ? bound : !strcmp(name, "reused") ? reused
        : !strcmp(name, "fixed") ? fixed : !strcmp(name, "fresh") ? fresh : NULL;
    int threads = atoi(arguments[4]), iterations = atoi(arguments[6]), milliseconds = atoi(arguments[7]);
    window = atoi(arguments[5]);
    if (!way || threads < 1 || threads > MOST_THREADS) die("no such way, or too many threads");
    for (int i = 8; i < count; i++) parse(arguments[i]);
    load(arguments[1], arguments[2]);

    static Worker workers[MOST_THREADS];
    pthread_t ids[MOST_THREADS];
    for (int t = 0; t < threads; t++) prepare(&workers[t]);
    struct timespec duration = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
    for (int i = 0; i <= iterations; i++) {
        done = 0;
        for (int t = 0; t < threads; t++) pthread_create(&ids[t], NULL, work, &workers[t]);
        nanosleep(&duration, NULL);
        done = 1;
        for (int t = 0; t < threads; t++) pthread_join(ids[t], NULL);
        for (int t = 0; t < threads && i > 0; t++) printf("%.1f\n", median(&workers[t]));
    }
    return 0;
}
