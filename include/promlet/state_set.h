/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State sets: which of some named states something is in. At most one for what has phases
 * (promlet_state_set_select()), or any of them for what has flags (promlet_state_set_set()).
 *
 *     enum { STARTING, SERVING, DRAINING };
 *     promlet_state_set *phase = promlet_state_set_new(
 *         NULL, &(promlet_opts){.name = "server_phase", .help = "What the server does.",
 *                               PROMLET_STATES("starting", "serving", "draining")});
 *     promlet_state_set_select(phase, SERVING);
 *
 * In the text format 0.0.4 each state is a gauge, 1 or 0, with a label that is called as the metric
 * is: `server_phase{server_phase="serving"} 1`. All states of a series are one word in memory: a
 * scrape shows them as they were at one moment.
 */
#ifndef PROMLET_STATE_SET_H
#define PROMLET_STATE_SET_H

#include <promlet/export.h>
#include <promlet/labels.h>
#include <promlet/registry.h>

#include <stdbool.h>
#include <stddef.h>

#ifndef __cplusplus
/**
 * The two fields of promlet_opts that name the states of a state set, from a list of strings:
 *
 *     &(promlet_opts){.name = "door", .help = "The door.", PROMLET_STATES("open", "closed")}
 *
 * C only; in C++ assign `.states` and `.state_count`.
 */
#define PROMLET_STATES(...)                                                                        \
    .states = (const char *const[]){__VA_ARGS__},                                                  \
    .state_count = sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)
#endif

PROMLET_BEGIN_DECLS

/** The most states that one state set can have. */
#define PROMLET_MAX_STATES 64

/** One state set: a series of its family, or a metric without labels. A handle; keep it. */
typedef struct promlet_state_set promlet_state_set;

/** A state set with labels, before the values of its labels are known. */
typedef struct promlet_state_set_family promlet_state_set_family;

/**
 * Declare a state set without labels. It is exposed from now on, with all states off. Declaring the
 * same again (name, states, no labels) returns the same one; the help text of the first declaration
 * holds, see promlet_opts.
 *
 * Call it as promlet_state_set_new(registry, options), which passes options_size along.
 *
 * registry      NULL: the default one.
 * options       copied; see promlet_opts. `states` is required: 1 to PROMLET_MAX_STATES different
 *               names, not empty, UTF-8. A unit and bounds are refused, and a name that can't be a
 *               label name as well, has a colon, or is one of the labels.
 * options_size  sizeof(promlet_opts) as the caller was compiled.
 * Returns: a handle, never NULL; it belongs to the registry and lives as long. On an error it is a
 * handle that records nothing, and promlet_registry_status() and promlet_last_error() say why:
 * PROMLET_ERROR_ARGUMENT (states, too), _NAME, _LABELS (it has labels), _CONFLICT, _BOUNDS or
 * _MEMORY.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_state_set *promlet_state_set_new_sized(promlet_registry *registry,
                                                           const promlet_opts *options,
                                                           size_t options_size);

/**
 * Declare a state set with labels. HELP and TYPE are exposed from now on, a series once its label
 * values are asked for. Declaring the same again (name, states, labels) returns the same family; of
 * its help, max_series and idle_seconds, what the first declaration said holds, see promlet_opts.
 *
 * Call it as promlet_state_set_family_new(registry, options), which passes options_size along.
 *
 * registry      NULL: the default one.
 * options       copied; see promlet_opts. `states` is required: 1 to PROMLET_MAX_STATES different
 *               names, not empty, UTF-8. A unit and bounds are refused, and a name that can't be a
 *               label name as well, has a colon, or is one of the labels.
 * options_size  sizeof(promlet_opts) as the caller was compiled.
 * Returns: a family, never NULL; it belongs to the registry and lives as long. On an error it is
 * a family whose handles record nothing; errors as for promlet_state_set_new_sized(),
 * except _LABELS.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_state_set_family *promlet_state_set_family_new_sized(
    promlet_registry *registry, const promlet_opts *options, size_t options_size);

/**
 * The series of a family with these label values, created with all states off when it is new.
 * Finding one that exists takes no lock and allocates nothing; keeping the handle is faster still.
 * The usual call is promlet_state_set_with(family, "eth0"), which counts the values.
 *
 * family  from promlet_state_set_family_new(); NULL is an error.
 * values  one string a label, in the order of the declaration; copied. "" is allowed and means
 *         the same as no label to Prometheus. Bytes that are not UTF-8 are replaced by U+FFFD.
 * count   how many values; must be the number of declared labels.
 * Returns: a handle, never NULL. It is good until promlet_state_set_release() or the end of the
 * registry, also when its series is removed: what is recorded then is not shown. Asking for a
 * removed series gives the same one, at zero. Beyond a limit (of series or memory) it
 * is the family's overflow series. On an error (PROMLET_ERROR_LABELS, _ARGUMENT, _MEMORY)
 * it is a handle that records nothing, and promlet_registry_status() and promlet_last_error() say
 * why.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long.
 */
PROMLET_API promlet_state_set *promlet_state_set_with_values(promlet_state_set_family *family,
                                                             const char *const *values,
                                                             size_t count);

/**
 * Give a handle back that promlet_state_set_with(), promlet_state_set_with_values() or
 * promlet_state_set_new() returned: once for each time that it was returned, and not to be used any
 * more after that. A series stays in memory as long as somebody holds a handle to it; it keeps its
 * value and is shown without one, too, until it is removed or expires. Most programs keep their
 * handles, and never call this.
 *
 * set  NULL, a handle that records nothing and one at file scope are ignored. Releasing a handle
 *      more often than it was returned is an error; while its series is still there, it changes
 *      nothing, and the log callback and promlet_last_error() hear of it.
 * Thread-safe: yes, lock-free. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API void promlet_state_set_release(promlet_state_set *set);

/**
 * Turn one state on or off, and leave the others as they are.
 *
 * set    NULL is counted in promlet_dropped_total{reason="invalid_handle"}.
 * state  which one: its index among the states, beginning at 0. Another one is dropped and counted
 *        in promlet_dropped_total{reason="invalid_state"} of the registry.
 * is_on  true: it is on from now on.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_state_set_set(promlet_state_set *set, size_t state, bool is_on);

/**
 * Turn one state on and all others off, in one step: no scrape sees none or two.
 *
 * set    NULL is counted in promlet_dropped_total{reason="invalid_handle"}.
 * state  which one: its index among the states, beginning at 0. Another one is dropped and counted
 *        in promlet_dropped_total{reason="invalid_state"} of the registry.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_state_set_select(promlet_state_set *set, size_t state);

/**
 * Whether a state is on.
 *
 * set    NULL, and a handle that records nothing: false.
 * state  its index among the states; false for another one.
 * Returns: true if it is on.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API bool promlet_state_set_is_on(const promlet_state_set *set, size_t state);

/**
 * Turn one state on and all others off in the series with these label values, which is created when
 * it is new. For code that can't keep a handle: a series that exists is found without a lock and
 * without memory. The usual call is promlet_state_set_select_by(family, UP, "eth0"), which counts
 * the label values.
 *
 * It records as promlet_state_set_select() does on the handle of promlet_state_set_with_values(),
 * and has the same errors (PROMLET_ERROR_LABELS, _ARGUMENT, _MEMORY). On one nothing is recorded;
 * it is counted in promlet_dropped_total{reason="no_series"}, promlet_registry_status() and
 * promlet_last_error() say why, and the log callback hears of the first one of each family. Bytes
 * of a label value that are not UTF-8 are replaced by U+FFFD; each call with such a value
 * allocates.
 *
 * family  from promlet_state_set_family_new(); NULL is an error, of the default registry.
 * state   its index among the states; another one is dropped and counted.
 * values  one string a label, in the order of the declaration; lent.
 * count   how many values; must be the number of declared labels.
 * Thread-safe: yes, lock-free where the series exists. Signal-safe: where the series exists and the
 * values are UTF-8 and not too long. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long. Keeps errno where it exists.
 */
PROMLET_API void promlet_state_set_select_by_values(promlet_state_set_family *family, size_t state,
                                                    const char *const *values, size_t count);

/**
 * Turn one state on or off in the series with these label values: promlet_state_set_set() as
 * promlet_state_set_select_by_values() does promlet_state_set_select(), with the same errors. The
 * usual call is promlet_state_set_set_by(family, UP, true, "eth0").
 *
 * family  from promlet_state_set_family_new(); NULL is an error, of the default registry.
 * state   its index among the states; another one is dropped and counted.
 * is_on   true: it is on from now on.
 * values  one string a label, in the order of the declaration; lent.
 * count   how many values; must be the number of declared labels.
 * Thread-safe: yes, lock-free where the series exists. Signal-safe: where the series exists and the
 * values are UTF-8 and not too long. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long. Keeps errno where it exists.
 */
PROMLET_API void promlet_state_set_set_by_values(promlet_state_set_family *family, size_t state,
                                                 bool is_on, const char *const *values,
                                                 size_t count);

PROMLET_END_DECLS

#ifdef __cplusplus
inline promlet_state_set *promlet_state_set_new(promlet_registry *registry,
                                                const promlet_opts *options)
{
    return promlet_state_set_new_sized(registry, options, sizeof(promlet_opts));
}
inline promlet_state_set_family *promlet_state_set_family_new(promlet_registry *registry,
                                                              const promlet_opts *options)
{
    return promlet_state_set_family_new_sized(registry, options, sizeof(promlet_opts));
}
template <class... Values>
promlet_state_set *promlet_state_set_with(promlet_state_set_family *family, Values... values)
{
    static_assert(sizeof...(values) > 0, "a family has labels: give a value for each");
    const char *const list[] = {values...};
    return promlet_state_set_with_values(family, list, sizeof...(values));
}
template <class... Values>
void promlet_state_set_select_by(promlet_state_set_family *family, size_t state, Values... values)
{
    static_assert(sizeof...(values) > 0, "a family has labels: give a value for each");
    const char *const list[] = {values...};
    promlet_state_set_select_by_values(family, state, list, sizeof...(values));
}
template <class... Values>
void promlet_state_set_set_by(promlet_state_set_family *family, size_t state, bool is_on,
                              Values... values)
{
    static_assert(sizeof...(values) > 0, "a family has labels: give a value for each");
    const char *const list[] = {values...};
    promlet_state_set_set_by_values(family, state, is_on, list, sizeof...(values));
}
#else
/* Variadic, because braces don't protect the commas of a compound literal. */
#define promlet_state_set_new(...) promlet_state_set_new_sized(__VA_ARGS__, sizeof(promlet_opts))
#define promlet_state_set_family_new(...)                                                          \
    promlet_state_set_family_new_sized(__VA_ARGS__, sizeof(promlet_opts))
#define promlet_state_set_with(family, ...)                                                        \
    promlet_state_set_with_values((family), PROMLET_LABEL_VALUES(__VA_ARGS__))
#define promlet_state_set_select_by(family, state, ...)                                            \
    promlet_state_set_select_by_values((family), (state), PROMLET_LABEL_VALUES(__VA_ARGS__))
#define promlet_state_set_set_by(family, state, is_on, ...)                                        \
    promlet_state_set_set_by_values((family), (state), (is_on), PROMLET_LABEL_VALUES(__VA_ARGS__))
#endif

#endif
