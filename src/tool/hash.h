/* SPDX-License-Identifier: Apache-2.0 */
/* Hashes of texts that strangers choose: with a key that no document can know, none can have all
   its names and series meet in one place of a table. */
#ifndef PML_TOOL_HASH_H
#define PML_TOOL_HASH_H

#include <stddef.h>
#include <stdint.h>

/* The hash of some bytes behind what has another hash, or 0; different in each process. */
uint64_t pml_tool_hash(uint64_t before, const char *bytes, size_t size);

/* The same with a key of one's own. */
uint64_t pml_tool_hash_with(const uint64_t key[2], const char *bytes, size_t size);

#endif
