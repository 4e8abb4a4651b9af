/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Metrics of the process itself, by the names that prometheus.io gives them, so that ready-made
 * dashboards and alerts work. One call registers them:
 *
 *     promlet_process_metrics_register(NULL, NULL);
 *
 * What is shown then:
 *
 *   process_cpu_seconds_total         time that it has run, for itself and in the kernel
 *   process_start_time_seconds        when it was started, since 1970
 *   process_threads                   how many it has
 *   process_open_fds                  descriptors that are open
 *   process_max_fds                   how many it may have (the soft limit)
 *   process_resident_memory_bytes     memory of it that is in RAM
 *   process_virtual_memory_bytes      addresses in use
 *   process_virtual_memory_max_bytes  how many it may use
 *   process_heap_bytes                what malloc() and its like have given out, with glibc's
 *                                     allocator
 *
 * They are asked for at each scrape. What is unlimited, and what the system does not tell, is left
 * out; nothing of that is an error. Where there is no /proc, it is all but time, limits and heap. A
 * registry's prefix is not put before these names; its constant labels are on them, as on all
 * others. docs/process.md says where each value comes from.
 *
 * One descriptor is kept open from the registration on, two with `io`: a process that has run out
 * of descriptors is still shown whole, but for pressure and cgroup. They are close-on-exec and
 * never 0, 1 or 2. A program may close them like any others, as daemons do at their start: the next
 * scrape opens new ones. A forked child shows its own values.
 */
#ifndef PROMLET_PROCESS_H
#define PROMLET_PROCESS_H

#include <promlet/export.h>
#include <promlet/registry.h>
#include <promlet/status.h>

#include <stdbool.h>
#include <stddef.h>

PROMLET_BEGIN_DECLS

/**
 * What is shown beside the above. Zero it, then set what is wanted; everything is copied. The
 * struct grows at its end only.
 */
typedef struct promlet_process_opts {
    /** `process_context_switches_total{type}`: how often a thread has stopped running, because it
        waited ("voluntary") or because another one was to run ("involuntary"). */
    bool context_switches;
    /** `process_page_faults_total{type}`: pages that were missing, and had to be read ("major") or
        not ("minor"). */
    bool page_faults;
    /** Input and output: `process_io_bytes_total{direction}` of all read() and write() calls,
        `process_io_calls_total{direction}`, and `process_io_storage_bytes_total{direction}` of what
        went to or came from a disk; "read" or "write". `process_io_cancelled_bytes_total` was
        counted as written, but removed before. */
    bool io;
    /** The most memory that there was: `process_resident_memory_peak_bytes`,
        `process_virtual_memory_peak_bytes`. */
    bool peak_memory;
    /** Time that some thread has waited for a resource ("cpu", "memory" or "io"), and that all
       have, with nothing else to run: `process_pressure_waiting_seconds_total{scope,resource}` and
        `process_pressure_stalled_seconds_total{scope,resource}`. It is the pressure on the machine,
        and on the cgroup of the process where there is cgroup v2. */
    bool pressure;
    /** Limits of the cgroup of the process, and of those above it: `process_cgroup_max_cpus`,
        `process_cgroup_max_threads` and `process_cgroup_memory_max_bytes`, with what it uses,
        `process_cgroup_memory_bytes`, and how long it was made to wait,
        `process_cgroup_cpu_throttled_seconds_total`. v2 and v1. */
    bool cgroup;
    /** How glibc's allocator stands: `malloc_arena_bytes` and `malloc_mapped_bytes` are what it has
        from the system, `malloc_used_bytes` and `malloc_free_bytes` what of the former is given out
        and what is not, `malloc_releasable_bytes` what of that malloc_trim() would give back at the
        top, `malloc_free_chunks` and `malloc_mapped_chunks` how many pieces that is in. */
    bool allocator;
    /** Leaves process_heap_bytes out. To know it, and what `allocator` shows, glibc walks over its
       free chunks, and threads that allocate wait meanwhile: some 0.4 ms for 10,000 chunks, 0.6 s
       for a million. A walk that took more than 10 ms is the last one: from then on these metrics
       are left out, and the log callback is told so once. Shorter ones take at most a thousandth of
       the time: after 5 ms the same values are shown for 5 s. With no_heap, and without allocator,
       there is no walk at all. */
    bool no_heap;
    /** What runs, for `build_info{version,revision}`, which has the value 1, and the registry's
        prefix before its name. NULL: not said. */
    const char *version;
    /** Of the sources, such as a commit. NULL: not said. */
    const char *revision;
    /** What the service is called, as `target_info{service_name="..."}`. NULL or "": not said. */
    const char *service_name;
    /** What else OpenTelemetry knows as attributes of a resource, in the form of
        OTEL_RESOURCE_ATTRIBUTES: "service.namespace=shop,deployment.environment.name=prod", where
        `%2C` stands for a comma and so on. They are labels of `target_info`, with underscores for
        what a label's name can't have: `service_namespace="shop"`. At most PROMLET_MAX_LABELS. A
        service.name of theirs gives way to the one above, and any of them to a constant label of
       the registry. NULL: none. */
    const char *resource_attributes;
} promlet_process_opts;

/**
 * Show the metrics of the process in a registry from now on.
 *
 * Call it as promlet_process_metrics_register(registry, options), which passes options_size along.
 *
 * registry      NULL: the default one.
 * options       copied; see promlet_process_opts. NULL: none.
 * options_size  sizeof(promlet_process_opts) as the caller was compiled.
 * Returns: PROMLET_OK, also when they are registered there already with the same options;
 * PROMLET_ERROR_CONFLICT when it was with others, while another thread unregisters them, or when a
 * collector of the user's has the name "promlet_process"; PROMLET_ERROR_ARGUMENT, also for resource
 * attributes that can't be read, or PROMLET_ERROR_MEMORY. promlet_last_error() and
 * promlet_registry_status() explain an error, which changes nothing.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_status promlet_process_metrics_register_sized(
    promlet_registry *registry, const promlet_process_opts *options, size_t options_size);

/**
 * Show them no more. It waits for a scrape that is reading them, and a thread that registers them
 * meanwhile gets PROMLET_ERROR_CONFLICT, whatever its options: let it try again when this call has
 * returned.
 *
 * registry  NULL: the default one.
 * Returns: PROMLET_OK; PROMLET_ERROR_NOT_FOUND if they were not registered.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_status promlet_process_metrics_unregister(promlet_registry *registry);

/**
 * Take name and attributes of the service from the environment, for programs that let those who run
 * them say: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES. Nothing else of promlet reads them. An
 * empty variable is one that is not set, as are all of a program that has more rights than whoever
 * started it (by a set-user-ID bit, or capabilities of its file).
 *
 * options  in: zeroed, or with what the program prefers; out: .service_name and
 *          .resource_attributes are the variables, lent from the environment until somebody changes
 *          that, so register first; where a variable is not set, they stay. Must not be NULL.
 * Returns: PROMLET_OK; PROMLET_ERROR_ARGUMENT or PROMLET_ERROR_MEMORY with a sentence in
 * promlet_last_error() when the attributes can't be read; .resource_attributes stays as it was
 * then, and .service_name is set. OpenTelemetry would have such attributes ignored: log the
 * sentence and go on. Thread-safe: yes, unless a thread changes the environment meanwhile, as for
 * getenv(3). Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_status promlet_process_options_from_env(promlet_process_opts *options);

PROMLET_END_DECLS

#ifdef __cplusplus
inline promlet_status promlet_process_metrics_register(promlet_registry *registry,
                                                       const promlet_process_opts *options)
{
    return promlet_process_metrics_register_sized(registry, options, sizeof(promlet_process_opts));
}
#else
/* Variadic, because braces don't protect the commas of a compound literal. */
#define promlet_process_metrics_register(...)                                                      \
    promlet_process_metrics_register_sized(__VA_ARGS__, sizeof(promlet_process_opts))
#endif

#endif
