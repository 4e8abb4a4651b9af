/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a kind derives from a name, it derives from the escaped name as well: a name is escaped as a
 * whole, and what a format adds behind it, such as _bucket, is added afterwards.
 */
#include "registry/claims.h"

#include "base/alloc.h"

#include <string.h>

/* Its own name, and those that its kind derives. */
#define MOST_OF_A_NAME (1 + PML_MAX_OTHER_NAMES)

/* Of the name as it is, and of what each scheme makes of it. */
#define MOST (MOST_OF_A_NAME * (1 + PML_SCHEME_COUNT))

static bool has(char *const *claims, const char *name)
{
    while (*claims != NULL && strcmp(*claims, name) != 0) {
        claims++;
    }
    return *claims != NULL;
}

/* Takes the name over, which may be NULL: then it returns false. */
static bool add(char **claims, char *name)
{
    if (name == NULL || has(claims, name)) {
        pml_free(name);
        return name != NULL;
    }
    claims[pml_claims_count(claims)] = name;
    return true;
}

static char *join(const char *stem, size_t stem_size, const char *suffix)
{
    size_t suffix_size = strlen(suffix);
    char *name = pml_alloc(stem_size + suffix_size + 1);
    if (name != NULL) {
        memcpy(name, stem, stem_size);
        memcpy(name + stem_size, suffix, suffix_size + 1);
    }
    return name;
}

/* The name itself, and those that its kind derives from it. */
static bool add_all(char **claims, const pml_kind *kind, const char *name, size_t size)
{
    bool is_added = add(claims, join(name, size, ""));
    const char *const *other = kind->other_names;
    for (; is_added && *other != NULL; other++) {
        is_added = add(claims, join(name, size - strlen(kind->suffix), *other));
    }
    return is_added;
}

/* The escaped name ends in its suffix, too: the letters of one stay, and of an underscore some are
   left. */
static bool add_escaped(char **claims, const pml_kind *kind, const pml_text *name,
                        pml_scheme scheme)
{
    pml_escaper escaper = pml_escaper_start(PML_NAME_METRIC, name->bytes, name->size, scheme);
    size_t size = pml_escaper_size(escaper);
    char *escaped = pml_alloc(size);
    if (escaped == NULL) {
        return false;
    }
    (void)pml_escaper_write(escaper, escaped);
    bool is_added = add_all(claims, kind, escaped, size);
    pml_free(escaped);
    return is_added;
}

char **pml_claims_new(const pml_kind *kind, const pml_text *name)
{
    bool is_plain = pml_name_is_plain(PML_NAME_METRIC, name->bytes, name->size);
    size_t most = is_plain ? MOST_OF_A_NAME : MOST;
    char **claims = pml_alloc_zeroed((most + 1) * sizeof *claims);
    if (claims == NULL) {
        return NULL;
    }
    bool is_complete = add_all(claims, kind, name->bytes, name->size);
    for (int scheme = 0; is_complete && !is_plain && scheme < PML_SCHEME_COUNT; scheme++) {
        is_complete = add_escaped(claims, kind, name, (pml_scheme)scheme);
    }
    if (!is_complete) {
        pml_claims_free(claims);
        return NULL;
    }
    return claims;
}

void pml_claims_free(char **claims)
{
    for (char **claim = claims; claim != NULL && *claim != NULL; claim++) {
        pml_free(*claim);
    }
    pml_free(claims);
}

size_t pml_claims_count(char *const *claims)
{
    size_t count = 0;
    while (claims[count] != NULL) {
        count++;
    }
    return count;
}

/* Whether a claim is what a kind derives from such a name. */
static bool is_derived(const pml_kind *kind, const char *rest)
{
    const char *const *other = kind->other_names;
    while (*other != NULL && strcmp(*other, rest) != 0) {
        other++;
    }
    return *other != NULL || strcmp(rest, kind->suffix) == 0;
}

/* Whether it is so under a scheme. */
static bool is_of_scheme(const pml_kind *kind, const pml_text *name, const char *claim,
                         pml_scheme scheme)
{
    pml_escaper escaper = pml_escaper_start(PML_NAME_METRIC, name->bytes, name->size, scheme);
    size_t stem = pml_escaper_size(escaper) - strlen(kind->suffix);
    const char *piece;
    for (size_t size; stem > 0 && (size = pml_escaper_next(&escaper, &piece)) > 0;) {
        size = size < stem ? size : stem;
        if (strncmp(claim, piece, size) != 0) {
            return false;
        }
        claim += size;
        stem -= size;
    }
    return is_derived(kind, claim);
}

/* Whether it is so without escaping. */
static bool is_raw(const pml_kind *kind, const pml_text *name, const char *claim)
{
    size_t stem = name->size - strlen(kind->suffix);
    return strncmp(claim, name->bytes, stem) == 0 && is_derived(kind, claim + stem);
}

bool pml_claim_is_escaped(const pml_kind *kind, const pml_text *name, const char *claim,
                          pml_scheme *scheme)
{
    if (is_raw(kind, name, claim)) {
        return false;
    }
    for (int i = 0; i < PML_SCHEME_COUNT; i++) {
        if (is_of_scheme(kind, name, claim, (pml_scheme)i)) {
            *scheme = (pml_scheme)i;
            return true;
        }
    }
    return false;
}
