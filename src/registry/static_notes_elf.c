/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks the ELF notes of all loaded modules for those that PROMLET_STATIC_... left: owner
 * "promlet", type 1, nine words of content (see the ELF specification, "Note Section", and
 * <promlet/static.h>). dl_iterate_phdr() holds the loader's lock, which dlclose() needs before it
 * unmaps a module. It also shows modules that dlopen() has mapped but not relocated; notes hold
 * distances, so that this makes no difference.
 */
#define _GNU_SOURCE /* dl_iterate_phdr() */

#include "registry/static_notes.h"

#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <string.h>

#define NOTE_OWNER "promlet"
#define NOTE_TYPE 1

/* The words of a note, in their order. */
enum { ABI, KIND, NAME, HELP, CELL, BOUNDS, BOUND_COUNT, BUCKETS, SEEN, NOTE_WORDS };

struct visitor {
    pml_static_note_fn visit;
    void *ctx;
};

static size_t round_up(size_t size, size_t alignment)
{
    return (size + alignment - 1) / alignment * alignment;
}

static bool is_ours(const ElfW(Nhdr) * header, const char *owner)
{
    return header->n_type == NOTE_TYPE && header->n_namesz == sizeof NOTE_OWNER &&
           header->n_descsz == NOTE_WORDS * sizeof(uint64_t) &&
           memcmp(owner, NOTE_OWNER, sizeof NOTE_OWNER) == 0;
}

/* What a word that holds a distance points to; the distance begins at the word. */
static void *target_of(const char *content, const uint64_t *words, size_t at)
{
    uintptr_t place = (uintptr_t)(content + at * sizeof *words);
    return (void *)(place + (uintptr_t)words[at]); /* wraps around for a negative distance */
}

static void visit_definition(const struct visitor *visitor, const char *content)
{
    uint64_t words[NOTE_WORDS]; /* notes are aligned to 4 bytes only */
    memcpy(words, content, sizeof words);
    pml_static_note note = {
        .address = content,
        .abi = words[ABI],
        .kind = words[KIND],
        .name = target_of(content, words, NAME),
        .help = target_of(content, words, HELP),
        .cell = target_of(content, words, CELL),
        .bounds = target_of(content, words, BOUNDS),
        .bound_count = (size_t)words[BOUND_COUNT],
        .buckets = target_of(content, words, BUCKETS),
        .seen = target_of(content, words, SEEN),
    };
    visitor->visit(&note, visitor->ctx);
}

static void visit_notes(const struct visitor *visitor, const char *notes, size_t size,
                        size_t alignment)
{
    ElfW(Nhdr) header;
    while (size >= sizeof header) {
        memcpy(&header, notes, sizeof header);
        size_t content = round_up(sizeof header + header.n_namesz, alignment);
        size_t next = round_up(content + header.n_descsz, alignment);
        if (content > size || header.n_descsz > size - content) {
            return; /* cut short: nothing can be told of what follows */
        }
        if (is_ours(&header, notes + sizeof header)) {
            visit_definition(visitor, notes + content);
        }
        if (next >= size) {
            return;
        }
        notes += next;
        size -= next;
    }
}

static int visit_module(struct dl_phdr_info *module, size_t info_size, void *ctx)
{
    (void)info_size;
    for (size_t i = 0; i < module->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &module->dlpi_phdr[i];
        if (segment->p_type == PT_NOTE) {
            const char *notes = (const char *)(uintptr_t)(module->dlpi_addr + segment->p_vaddr);
            /* The specification means 4; linkers use 8 where a note asks for it. */
            visit_notes(ctx, notes, segment->p_memsz, segment->p_align == 8 ? 8 : 4);
        }
    }
    return 0;
}

void pml_static_notes_visit(pml_static_note_fn visit, void *ctx)
{
    struct visitor visitor = {visit, ctx};
    (void)dl_iterate_phdr(visit_module, &visitor);
}
