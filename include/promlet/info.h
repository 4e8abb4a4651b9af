/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Infos: what describes a process and seldom changes, such as its version. It is said in labels;
 * the value is always 1.
 *
 *     promlet_info_family *build = promlet_info_family_new(
 *         NULL, &(promlet_opts){.name = "build_info", .help = "What runs.",
 *                               .labels = {"version", "revision"}});
 *     promlet_info_with(build, "1.4.2", "5f3a9c1");
 *
 * In the text format 0.0.4 that is a gauge: `build_info{version="1.4.2",revision="5f3a9c1"} 1`. To
 * change what an info says, ask for the new values and then remove the old series; a scrape in
 * between shows both. What changes often is a label of nothing: use a state set or a gauge.
 */
#ifndef PROMLET_INFO_H
#define PROMLET_INFO_H

#include <promlet/export.h>
#include <promlet/labels.h>
#include <promlet/registry.h>

#include <stddef.h>

PROMLET_BEGIN_DECLS

/** One series of an info, with its label values. A handle. */
typedef struct promlet_info promlet_info;

/** An info, before the values of its labels are known. */
typedef struct promlet_info_family promlet_info_family;

/**
 * Declare an info without labels. It is exposed from now on, with the value 1. That makes sense
 * with constant labels only; see promlet_info_family_new_sized() for others. Declaring the same
 * again (name, no labels) returns the same one; the help text of the first declaration holds, see
 * promlet_opts.
 *
 * Call it as promlet_info_new(registry, options), which passes options_size along.
 *
 * registry      NULL: the default one.
 * options       copied; see promlet_opts. A unit and bounds are refused. A name that lacks `_info`
 *               gets it.
 * options_size  sizeof(promlet_opts) as the caller was compiled.
 * Returns: a handle, never NULL; it belongs to the registry and lives as long. On an error it is a
 * handle that records nothing, and promlet_registry_status() and promlet_last_error() say why:
 * PROMLET_ERROR_ARGUMENT, _NAME, _LABELS (it has labels), _CONFLICT, _BOUNDS or _MEMORY.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_info *promlet_info_new_sized(promlet_registry *registry,
                                                 const promlet_opts *options, size_t options_size);

/**
 * Declare an info with labels. HELP and TYPE are exposed from now on, a series once its label
 * values are given. Declaring the same again (name, labels) returns the same family; of its help,
 * max_series and idle_seconds, what the first declaration said holds, see promlet_opts.
 *
 * Call it as promlet_info_family_new(registry, options), which passes options_size along.
 *
 * registry      NULL: the default one.
 * options       copied; see promlet_opts. A unit and bounds are refused. A name that lacks `_info`
 *               gets it.
 * options_size  sizeof(promlet_opts) as the caller was compiled.
 * Returns: a family, never NULL; it belongs to the registry and lives as long. On an error it is
 * a family whose handles record nothing; errors as for promlet_info_new_sized(),
 * except _LABELS.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_info_family *promlet_info_family_new_sized(promlet_registry *registry,
                                                               const promlet_opts *options,
                                                               size_t options_size);

/**
 * The series of a family with these label values, created with the value 1 when it is new. Finding
 * one that exists takes no lock and allocates nothing; the handle is for its release alone. The
 * usual call is promlet_info_with(family, "1.4.2"), which counts the values.
 *
 * family  from promlet_info_family_new(); NULL is an error.
 * values  one string a label, in the order of the declaration; copied. "" is allowed and means
 *         the same as no label to Prometheus. Bytes that are not UTF-8 are replaced by U+FFFD.
 * count   how many values; must be the number of declared labels.
 * Returns: a handle, never NULL. It is good until promlet_info_release() or the end of the
 * registry, also when its series is removed. Asking for a
 * removed series gives the same one. Beyond a limit (of series or memory) it
 * is the family's overflow series. On an error (PROMLET_ERROR_LABELS, _ARGUMENT, _MEMORY)
 * it is a handle that records nothing, and promlet_registry_status() and promlet_last_error() say
 * why.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long.
 */
PROMLET_API promlet_info *promlet_info_with_values(promlet_info_family *family,
                                                   const char *const *values, size_t count);

/**
 * Give a handle back that promlet_info_with(), promlet_info_with_values() or promlet_info_new()
 * returned: once for each time that it was returned, and not to be used any more after that. A
 * series stays in memory as long as somebody holds a handle to it; it keeps its value and is shown
 * without one, too, until it is removed or expires. Most programs keep their handles, and never
 * call this.
 *
 * info  NULL, a handle that records nothing and one at file scope are ignored. Releasing a handle
 *       more often than it was returned is an error; while its series is still there, it changes
 *       nothing, and the log callback and promlet_last_error() hear of it.
 * Thread-safe: yes, lock-free. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API void promlet_info_release(promlet_info *info);

PROMLET_END_DECLS

#ifdef __cplusplus
inline promlet_info *promlet_info_new(promlet_registry *registry, const promlet_opts *options)
{
    return promlet_info_new_sized(registry, options, sizeof(promlet_opts));
}
inline promlet_info_family *promlet_info_family_new(promlet_registry *registry,
                                                    const promlet_opts *options)
{
    return promlet_info_family_new_sized(registry, options, sizeof(promlet_opts));
}
template <class... Values>
promlet_info *promlet_info_with(promlet_info_family *family, Values... values)
{
    static_assert(sizeof...(values) > 0, "a family has labels: give a value for each");
    const char *const list[] = {values...};
    return promlet_info_with_values(family, list, sizeof...(values));
}
#else
/* Variadic, because braces don't protect the commas of a compound literal. */
#define promlet_info_new(...) promlet_info_new_sized(__VA_ARGS__, sizeof(promlet_opts))
#define promlet_info_family_new(...)                                                               \
    promlet_info_family_new_sized(__VA_ARGS__, sizeof(promlet_opts))
#define promlet_info_with(family, ...)                                                             \
    promlet_info_with_values((family), PROMLET_LABEL_VALUES(__VA_ARGS__))
#endif

#endif
