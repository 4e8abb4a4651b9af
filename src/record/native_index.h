/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which native bucket a value falls into. Bucket i of schema s holds what is above 2^((i-1)/2^s)
 * and not above 2^(i/2^s), exactly: no double but a power of 2 is a bound itself, so it is enough
 * to know the last double below each. (Go's client keeps the bounds as doubles, some of which are
 * one unit too low; a value that is just that unit above them is in the next bucket there.)
 *
 * All schemas follow from the finest one, since 2^n neighbouring buckets are one of the schema n
 * below.
 */
#ifndef PML_RECORD_NATIVE_INDEX_H
#define PML_RECORD_NATIVE_INDEX_H

#include "base/atomic.h"

#include <stddef.h>
#include <stdint.h>

enum {
    PML_NATIVE_FINEST = 8, /* schemas */
    PML_NATIVE_COARSEST = -4,
    PML_OCTAVE_PARTS = 1 << PML_NATIVE_FINEST, /* its buckets from a power of 2 to the next one */
    PML_OCTAVE_LEADING_BITS = 9
};

/* Hidden by name as well, so that a shared library finds them without a table of addresses. */
#define PML_NATIVE_HIDDEN __attribute__((visibility("hidden")))

extern PML_NATIVE_HIDDEN const uint64_t pml_octave_ends[PML_OCTAVE_PARTS + 1];
extern PML_NATIVE_HIDDEN const uint16_t pml_octave_starts[1 << PML_OCTAVE_LEADING_BITS];

/* Of a subnormal value: its fraction as that of a normal one, and the exponent that goes with it.
 */
uint64_t pml_native_normalize(uint64_t fraction, int32_t *exponent);

enum { PML_FRACTION_BITS = 52 };

/* The bits of the largest double that is subnormal. */
#define PML_FRACTION_MASK ((UINT64_C(1) << PML_FRACTION_BITS) - 1)

static inline int32_t pml_native_index_of_parts(int32_t exponent, uint64_t fraction)
{
    uint32_t part = pml_octave_starts[fraction >> (PML_FRACTION_BITS - PML_OCTAVE_LEADING_BITS)];
    part += fraction > pml_octave_ends[part];
    return (exponent - 1023) * PML_OCTAVE_PARTS + (int32_t)part;
}

/* The bucket of the finest schema for a value that is above 0 and finite, by its bits; and the same
   for one that is not subnormal. */
static inline int32_t pml_native_index_of_normal(uint64_t bits)
{
    return pml_native_index_of_parts((int32_t)(bits >> PML_FRACTION_BITS),
                                     bits & PML_FRACTION_MASK);
}

static inline int32_t pml_native_index(uint64_t bits)
{
    if (bits > PML_FRACTION_MASK) {
        return pml_native_index_of_normal(bits);
    }
    int32_t exponent;
    uint64_t fraction = pml_native_normalize(bits, &exponent);
    return pml_native_index_of_parts(exponent, fraction);
}

/* The bucket of a schema that is so many below which holds this one. */
static inline int32_t pml_native_coarser(int32_t index, unsigned shift)
{
    return (index + (int32_t)((1u << shift) - 1)) >> shift;
}

/* The bucket of a value that is above 0 and finite, in the schema that is so many below the finest.
 */
static inline int32_t pml_native_index_of(double value, unsigned shift)
{
    return pml_native_coarser(pml_native_index(pml_bits_of_double(value)), shift);
}

#endif
