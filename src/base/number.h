/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers to text and back, the same in every locale and rounding mode. What a format adds around a
 * number (a decimal point that OpenMetrics asks for, quotes around a bound) is left to its encoder.
 */
#ifndef PML_BASE_NUMBER_H
#define PML_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room that each function below needs at out. All of it may be written to, whatever the returned
 * size is; no NUL is written. */
#define PML_NUMBER_SIZE 32

/* Writes the decimal digits of value and returns their count. */
size_t pml_format_u64(uint64_t value, char *out);

/* Writes value as a sample value and returns its size. Integers below 2^53 are plain digits;
 * everything else is the shortest decimal that strtod() turns back into value (the closest one if
 * several are that short), with or without an exponent, whichever takes fewer characters. */
size_t pml_format_double(double value, char *out);

/* Writes value as the text of an le or quantile label and returns its size. The text identifies a
 * series, so it is the one canonical spelling: shortest digits, with an exponent below 1e-4 and
 * from 1e+06 on, and never without either a point or an exponent. */
size_t pml_format_bound(double value, char *out);

/* The double closest to digits * 10^exponent, the even one of two. False where that takes more than
 * a multiplication: hardly ever, and for zero, what is not normal and what is too large. */
bool pml_closest_double(uint64_t digits, int64_t exponent, double *value);

#endif
