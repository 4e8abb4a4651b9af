/* SPDX-License-Identifier: Apache-2.0 */
/* Whether text is well-formed UTF-8 (Unicode, table 3-7), and what to show in its place if it is
 * not. Text has a size and may contain NUL. */
#ifndef PML_BASE_UTF8_H
#define PML_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* False for overlong forms, surrogates, anything above U+10FFFF and sequences that are cut off. */
bool pml_utf8_is_valid(const char *text, size_t size);

/* The size of the longest valid start of text. */
size_t pml_utf8_valid_size(const char *text, size_t size);

/* Copies text to out and replaces each maximal ill-formed subpart by U+FFFD, as the Unicode
 * standard recommends; valid text is copied as it is. Returns the size of the result, at most 3 *
 * size. With NULL for out it only measures. text and out must not overlap. */
size_t pml_utf8_repair(const char *text, size_t size, char *out);

/* The same, but what is beyond so many bytes of the result is left out, from where its first
   character begins; *is_cut says whether anything is. */
size_t pml_utf8_fit(const char *text, size_t size, size_t most, char *out, bool *is_cut);

/* The code point that valid text, which is not empty, begins with, and its size in bytes. */
uint32_t pml_utf8_decode(const char *text, size_t size, size_t *code_size);

#endif
