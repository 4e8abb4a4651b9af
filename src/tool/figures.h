/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers as text: exact ones for programs, short ones for people. */
#ifndef PML_TOOL_FIGURES_H
#define PML_TOOL_FIGURES_H

#include "tool/buffer.h"

#include <promlet/parse.h>

#include <stdbool.h>

typedef enum pml_unit { PML_UNIT_NONE, PML_UNIT_SECONDS, PML_UNIT_BYTES } pml_unit;

/* Room for a short figure. */
#define PML_FIGURE_SIZE 16

/* The fewest digits that give the same double again; all digits of an integer. */
void pml_figure_put(pml_buffer *to, const promlet_parsed_number *number);
void pml_figure_put_real(pml_buffer *to, double value);

/* The number that a label has, such as le, as documents spell it: decimal, or an infinity. False
   for NULL and all else, NaN as well. */
bool pml_figure_read(const char *text, double *value);

/* Three digits and a prefix, such as "12.3k", "1.50ms" or "640KiB": at most 7 columns, but for a
   sign and for times of more than 10^5 days. "-" for NaN. */
void pml_figure_short(char text[PML_FIGURE_SIZE], double value, pml_unit unit);

/* How long a time is gone or to come, such as "35s ago", "12m ago" or "in 3d": at most 7 columns up
   to 99 years. */
void pml_figure_age(char text[PML_FIGURE_SIZE], double seconds);

/* The unit that a family has, by its unit or its name. */
pml_unit pml_figure_unit_of(const promlet_parsed_family *family);

#endif
