/* SPDX-License-Identifier: Apache-2.0 */
/* The tables behind native_index.h, and what its inline functions leave out. */
#include "record/native_index.h"

#include "record/octave_table.h"

uint64_t pml_native_normalize(uint64_t fraction, int32_t *exponent)
{
    int shift = __builtin_clzll(fraction) - (63 - PML_FRACTION_BITS);
    *exponent = 1 - shift;
    return (fraction << shift) & PML_FRACTION_MASK;
}
