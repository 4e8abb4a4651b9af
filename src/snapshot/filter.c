/* SPDX-License-Identifier: Apache-2.0 */
/* Names are looked up in a table, since a scrape may ask for a thousand, and who asks must not know
   which of them meet in it; prefixes are few. */
#include "snapshot/filter.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/name.h"
#include "base/options.h"
#include "base/report.h"

#include <string.h>

/* ---- checking -------------------------------------------------------------------------------- */

static promlet_status check_list(const char *const *list, size_t count, const char *what)
{
    if (list == NULL && count > 0) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "a filter's %s are NULL, but there are %zu", what,
                        count);
    }
    for (size_t i = 0; i < count; i++) {
        if (list[i] == NULL) {
            return pml_fail(PROMLET_ERROR_ARGUMENT, "a filter's %s[%zu] is NULL", what, i);
        }
    }
    return PROMLET_OK;
}

static promlet_status check(const promlet_filter *wanted)
{
    promlet_status status = check_list(wanted->names, wanted->name_count, "names");
    if (status == PROMLET_OK) {
        status = check_list(wanted->allow_prefixes, wanted->allow_count, "allow_prefixes");
    }
    if (status == PROMLET_OK) {
        status = check_list(wanted->deny_prefixes, wanted->deny_count, "deny_prefixes");
    }
    return status;
}

promlet_status pml_filter_start(pml_filter *filter, const promlet_filter *given, size_t size)
{
    static char wanted; /* whatever is not NULL */
    uint64_t seed = pml_hash_mix((uint64_t)(uintptr_t)filter, pml_clock_monotonic_ns() | 1);
    *filter = (pml_filter){.names = {.seed = seed}};
    pml_options_size sizes = {size, sizeof filter->wanted};
    promlet_status status = pml_options_read(given, &filter->wanted, sizes, "a filter's fields");
    if (status == PROMLET_OK) {
        status = check(&filter->wanted);
    }
    if (status != PROMLET_OK) {
        return status;
    }
    if (!pml_name_map_reserve(&filter->names, filter->wanted.name_count)) {
        return pml_fail_memory();
    }
    for (size_t i = 0; i < filter->wanted.name_count; i++) {
        const char *name = filter->wanted.names[i];
        if (pml_name_map_find(&filter->names, name) == NULL) {
            pml_name_map_add(&filter->names, name, &wanted);
        }
    }
    return PROMLET_OK;
}

void pml_filter_end(pml_filter *filter)
{
    pml_name_map_free(&filter->names);
}

/* ---- asking ---------------------------------------------------------------------------------- */

static bool begins_with_one(const char *name, const char *const *prefixes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0) {
            return true;
        }
    }
    return false;
}

static bool allows(const pml_filter *filter, const char *name)
{
    const promlet_filter *wanted = &filter->wanted;
    return (wanted->allow_count == 0 ||
            begins_with_one(name, wanted->allow_prefixes, wanted->allow_count)) &&
           !begins_with_one(name, wanted->deny_prefixes, wanted->deny_count);
}

static bool names_one(const pml_filter *filter, char *const *claims)
{
    if (filter->wanted.name_count == 0) {
        return true;
    }
    for (; *claims != NULL; claims++) {
        if (pml_name_map_find(&filter->names, *claims) != NULL) {
            return true;
        }
    }
    return false;
}

bool pml_filter_takes(const pml_filter *filter, char *const *claims)
{
    return filter == NULL || (allows(filter, claims[0]) && names_one(filter, claims));
}

/* A name without what a type may have added to it. */
static size_t stem_size(const char *name)
{
    static const char *const suffixes[] = {"_total", "_created", "_bucket", "_sum",
                                           "_count", "_info",    "_gsum",   "_gcount"};
    size_t size = strlen(name);
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        size_t suffix_size = strlen(suffixes[i]);
        if (size > suffix_size && strcmp(name + size - suffix_size, suffixes[i]) == 0) {
            return size - suffix_size;
        }
    }
    return size;
}

static bool are_same(const char *a, size_t a_size, const char *b, size_t b_size)
{
    return a_size == b_size && memcmp(a, b, a_size) == 0;
}

/* Whether a family of this name could, as some type, expose the wanted one. */
static bool may_expose(const char *name, const char *wanted)
{
    size_t size = strlen(name);
    size_t stem = stem_size(name);
    size_t wanted_size = strlen(wanted);
    size_t wanted_stem = stem_size(wanted);
    return are_same(name, size, wanted, wanted_size) || are_same(name, size, wanted, wanted_stem) ||
           are_same(name, stem, wanted, wanted_size) || are_same(name, stem, wanted, wanted_stem);
}

bool pml_filter_may_take(const pml_filter *filter, const char *name)
{
    if (filter == NULL) {
        return true;
    }
    /* A name that is not plain may be wanted as some scheme escapes it. */
    bool may_take =
        filter->wanted.name_count == 0 || !pml_name_is_plain(PML_NAME_METRIC, name, strlen(name));
    for (size_t i = 0; !may_take && i < filter->wanted.name_count; i++) {
        may_take = may_expose(name, filter->wanted.names[i]);
    }
    return may_take && allows(filter, name);
}
