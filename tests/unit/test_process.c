/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the metrics of the process: each value against what another way of asking says. */
#include "support/heard_log.h"
#include "support/process.h"

#include "base/clock.h"
#include "base/valgrind.h"
#include "collect/process_allocator.h"

#include <math.h>
#include <sys/resource.h>
#include <time.h>

#define TRIES 1000

static const promlet_process_opts all_options = {
    .context_switches = true,
    .page_faults = true,
    .io = true,
    .peak_memory = true,
    .pressure = true,
    .cgroup = true,
    .allocator = true,
    .version = "1.4.2",
    .revision = "5f3a9c1",
    .service_name = "shop",
    .resource_attributes = "service.namespace=eu",
};

/* ---- which there are ------------------------------------------------------------------------- */

/* A sanitizer has an allocator of its own, of which glibc knows nothing, and so has valgrind. */
static bool is_glibc_asked(void)
{
    return sanitizer_name() == NULL && !pml_runs_on_valgrind();
}

static bool is_limited(__rlimit_resource_t resource)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(resource, &limit), 0);
    return limit.rlim_cur != RLIM_INFINITY;
}

static void test_defect_11_guide_metrics_are_all_there_and_nothing_else(void **state)
{
    (void)state;
    const struct {
        const char *head;
        bool is_shown;
    } families[] = {
        {"# TYPE process_cpu_seconds_total counter\n", true},
        {"# TYPE process_heap_bytes gauge\n", is_glibc_asked()},
        {"# TYPE process_max_fds gauge\n", is_limited(RLIMIT_NOFILE)},
        {"# TYPE process_open_fds gauge\n", true},
        {"# TYPE process_resident_memory_bytes gauge\n", true},
        {"# TYPE process_start_time_seconds gauge\n", true},
        {"# TYPE process_threads gauge\n", true},
        {"# TYPE process_virtual_memory_bytes gauge\n", true},
        {"# TYPE process_virtual_memory_max_bytes gauge\n", is_limited(RLIMIT_AS)},
    };
    promlet_registry *registry = registry_with_process(NULL);
    char *text = text_of(registry);
    keep_document("process", text, NULL);
    size_t expected = 1; /* the end of the document */
    for (size_t i = 0; i < COUNT_OF(families); i++) {
        assert_true((strstr(text, families[i].head) != NULL) == families[i].is_shown);
        expected += families[i].is_shown ? 3 : 0;
    }
    size_t lines = 0;
    for (const char *at = strchr(text, '\n'); at != NULL; at = strchr(at + 1, '\n')) {
        lines++;
    }
    assert_int_equal(lines, expected);
    promlet_free(text);
    promlet_registry_free(registry);
}

static void every_family_is_sound_in_every_format(void **state)
{
    (void)state;
    promlet_registry *registry = registry_with_process(&all_options);
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    assert_non_null(snapshot);
    char *text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4_EOF, NULL);
    keep_document("process_all", text, NULL);
    expect_every_format(snapshot, "process_all");
    assert_true(is_shown(text, "build_info{version=\"1.4.2\",revision=\"5f3a9c1\"}"));
    assert_true(is_shown(text, "target_info{service_name=\"shop\",service_namespace=\"eu\"}"));
    assert_true(is_shown(text, "process_context_switches_total{type=\"voluntary\"}"));
    assert_true(is_shown(text, "process_page_faults_total{type=\"minor\"}"));
    assert_true(is_shown(text, "process_resident_memory_peak_bytes"));
    assert_true(is_shown(text, "process_virtual_memory_peak_bytes"));
    assert_true(is_shown(text, "malloc_used_bytes") == is_glibc_asked());
    promlet_free(text);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

static void linter_finds_nothing(void **state)
{
    (void)state;
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_registry *registry = registry_with_process(&all_options);
    assert_int_equal(promlet_registry_lint(registry, NULL, NULL), 0);
    assert_int_equal(heard.count, 0);
    stop_to_hear();
    promlet_registry_free(registry);
}

/* ---- memory ---------------------------------------------------------------------------------- */

typedef struct memory {
    double virtual_bytes;
    double resident_bytes;
} memory;

static memory memory_now(void)
{
    unsigned long virtual_pages;
    unsigned long resident_pages;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%lu %lu", &virtual_pages, &resident_pages), 2);
    (void)fclose(file);
    double page = (double)sysconf(_SC_PAGESIZE);
    return (memory){(double)virtual_pages * page, (double)resident_pages * page};
}

static bool is_same(double a, double b)
{
    return a >= b && a <= b;
}

/* The scrape itself needs memory, but after some of them there is enough. */
static void memory_is_what_statm_says_to_the_byte(void **state)
{
    (void)state;
    promlet_registry *registry = registry_with_process(NULL);
    bool is_found = false;
    for (int i = 0; !is_found && i < TRIES; i++) {
        memory before = memory_now();
        char *text = text_of(registry);
        memory after = memory_now();
        double resident = sample_value(text, "process_resident_memory_bytes");
        double virtual_bytes = sample_value(text, "process_virtual_memory_bytes");
        is_found = is_same(before.resident_bytes, after.resident_bytes) &&
                   is_same(resident, after.resident_bytes) &&
                   is_same(virtual_bytes, after.virtual_bytes);
        if (sanitizer_name() != NULL) { /* it keeps what is freed, so each scrape needs more */
            is_found = resident >= before.resident_bytes && resident <= after.resident_bytes;
        }
        promlet_free(text);
    }
    assert_true(is_found);
    promlet_registry_free(registry);
}

static void peak_of_memory_stays_when_memory_goes(void **state)
{
    (void)state;
    promlet_registry *registry =
        registry_with_process(&(promlet_process_opts){.peak_memory = true});
    const size_t size = (size_t)32 << 20;
    char *block = malloc(size);
    assert_non_null(block);
    memset(block, 1, size);
    double high = shown_value(registry, "process_resident_memory_bytes");
    free(block);
    /* The kernel takes note of the peak now and then, and some pages later. */
    assert_true(shown_value(registry, "process_resident_memory_peak_bytes") > high - (1 << 20));
    assert_true(shown_value(registry, "process_virtual_memory_peak_bytes") >=
                shown_value(registry, "process_virtual_memory_bytes"));
    promlet_registry_free(registry);
}

static void heap_grows_by_what_is_allocated(void **state)
{
    (void)state;
    if (!is_glibc_asked()) {
        return; /* the first test has seen that it is left out */
    }
    promlet_registry *registry = registry_with_process(&(promlet_process_opts){.allocator = true});
    double before = shown_value(registry, "process_heap_bytes");
    const double size = (double)(64 << 20);
    char *block = malloc((size_t)size); /* mapped on its own */
    assert_non_null(block);
    (void)pml_clock_advance(PML_NS_PER_SECOND); /* else it is not asked again so soon */
    double grown = shown_value(registry, "process_heap_bytes") - before;
    pml_clock_run();
    assert_true(grown >= size && grown < size + (1 << 20));
    free(block);
    char *text = text_of(registry);
    assert_true(is_same(sample_value(text, "process_heap_bytes"),
                        sample_value(text, "malloc_used_bytes") +
                            sample_value(text, "malloc_mapped_bytes")));
    assert_true(
        is_same(sample_value(text, "malloc_arena_bytes"),
                sample_value(text, "malloc_used_bytes") + sample_value(text, "malloc_free_bytes")));
    promlet_free(text);
    promlet_registry_free(registry);
}

/* Each free chunk takes a nanosecond and more. */
static void walk_over_many_chunks_takes_its_time(void **state)
{
    (void)state;
    if (!is_glibc_asked()) {
        return; /* as above */
    }
    enum { CHUNKS = 200000, SIZE = 160 };
    void **chunks = calloc(CHUNKS, sizeof *chunks);
    assert_non_null(chunks);
    for (size_t i = 0; i < CHUNKS; i++) {
        chunks[i] = malloc(SIZE);
    }
    for (size_t i = 0; i < CHUNKS; i += 2) {
        free(chunks[i]);
    }
    pml_allocator read = pml_allocator_read();
    for (size_t i = 1; i < CHUNKS; i += 2) {
        free(chunks[i]);
    }
    free(chunks);
    assert_true(read.free_chunks > CHUNKS / 2 - 100 && read.walk_ns > CHUNKS / 2);
}

static void heap_is_left_out_on_demand(void **state)
{
    (void)state;
    promlet_registry *registry = registry_with_process(&(promlet_process_opts){.no_heap = true});
    char *text = text_of(registry);
    assert_null(strstr(text, "heap"));
    assert_true(is_shown(text, "process_resident_memory_bytes"));
    promlet_free(text);
    promlet_registry_free(registry);
}

/* ---- time ------------------------------------------------------------------------------------ */

static double cpu_seconds_now(void)
{
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void test_defect_10_cpu_seconds_have_fractions_and_never_fall(void **state)
{
    (void)state;
    promlet_registry *registry = registry_with_process(NULL);
    double last = 0;
    bool has_fraction = false;
    for (int i = 0; i < 100 || !has_fraction; i++) {
        double before = cpu_seconds_now();
        double value = shown_value(registry, "process_cpu_seconds_total");
        double after = cpu_seconds_now();
        assert_true(value >= before - 1e-9 && value <= after + 1e-9 && value >= last);
        has_fraction |= value * 100 > floor(value * 100);
        last = value;
    }
    promlet_registry_free(registry);
}

static double unix_now(void)
{
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_REALTIME, &now), 0);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A child knows when it was started, to the tick of the kernel's. */
static int show_start(void *ctx)
{
    const double *before = ctx;
    double after = unix_now();
    double tick = 1 / (double)sysconf(_SC_CLK_TCK);
    promlet_registry *registry = registry_with_process(NULL);
    double value = shown_value(registry, "process_start_time_seconds");
    bool is_right = value >= *before - tick - 0.001 && value <= after + 0.001;
    bool stays = is_same(value, shown_value(registry, "process_start_time_seconds"));
    promlet_registry_free(registry);
    return is_right && stays ? 0 : 1;
}

static void test_defect_10_start_is_right_to_the_tick(void **state)
{
    (void)state;
    double before = unix_now();
    expect_in_child(show_start, &before);
}

/* As `ps -o lstart` and others have it, in whole seconds. */
static void start_agrees_with_boot_time(void **state)
{
    (void)state;
    double boot = 0;
    FILE *file = fopen("/proc/stat", "r");
    assert_non_null(file);
    char line[256];
    while (fgets(line, sizeof line, file) != NULL) {
        (void)sscanf(line, "btime %lf", &boot);
    }
    (void)fclose(file);
    file = fopen("/proc/self/stat", "r");
    assert_non_null(file);
    double ticks;
    assert_int_equal(fscanf(file,
                            "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d "
                            "%*d %*d %*d %*d %*d %lf",
                            &ticks),
                     1);
    (void)fclose(file);
    promlet_registry *registry = registry_with_process(NULL);
    double value = shown_value(registry, "process_start_time_seconds");
    assert_true(fabs(value - (boot + ticks / (double)sysconf(_SC_CLK_TCK))) < 1.1);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defect_11_guide_metrics_are_all_there_and_nothing_else),
        cmocka_unit_test(every_family_is_sound_in_every_format),
        cmocka_unit_test(linter_finds_nothing),
        cmocka_unit_test(memory_is_what_statm_says_to_the_byte),
        cmocka_unit_test(peak_of_memory_stays_when_memory_goes),
        cmocka_unit_test(heap_grows_by_what_is_allocated),
        cmocka_unit_test(walk_over_many_chunks_takes_its_time),
        cmocka_unit_test(heap_is_left_out_on_demand),
        cmocka_unit_test(test_defect_10_cpu_seconds_have_fractions_and_never_fall),
        cmocka_unit_test(test_defect_10_start_is_right_to_the_tick),
        cmocka_unit_test(start_agrees_with_boot_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
