/* SPDX-License-Identifier: Apache-2.0 */
/* What promlet top shows of each metric, from two scrapes. */
#ifndef PML_TOOL_ROWS_H
#define PML_TOOL_ROWS_H

#include "tool/figures.h"
#include "tool/metrics.h"
#include "tool/selector.h"

/* The most bars of a histogram, each a column wide. */
#define PML_MOST_BARS 12

typedef enum pml_row_kind {
    PML_ROW_HISTOGRAM,
    PML_ROW_SUMMARY,
    PML_ROW_COUNTER,
    PML_ROW_GAUGE /* and what says no type */
} pml_row_kind;

/* Figures that are not known are NaN: those between two scrapes after the first, for one. */
typedef struct pml_row {
    pml_row_kind kind;
    const pml_metric *metric;
    const char *heading; /* of the rows of a family: its name, and the labels that tell them apart;
                            NULL: it has one row, whose name says all */
    char *name;          /* the values of these labels; UTF-8 that may hold anything */
    double family_rate;  /* of all its rows */
    pml_unit unit;
    double rate;   /* a second: of a counter, or observations */
    double value;  /* of a gauge, or a counter's total */
    double change; /* of a gauge, between the scrapes */
    bool is_time;  /* the value is one: seconds since 1970 */
    double mean;   /* of what was observed between the scrapes, as are quantiles and bars */
    double p50;
    double p90;
    double p99;
    double bars[PML_MOST_BARS]; /* how many of the values, as a part of the highest bar; 0 to 1 */
    size_t bar_count;           /* 0: nothing was observed */
} pml_row;

typedef struct pml_rows {
    pml_row *items; /* by kind and family, then by rate or by name */
    size_t count;
    char **headings;
    size_t heading_count;
    size_t heading_capacity;
} pml_rows;

typedef struct pml_rows_options {
    pml_selector *const *selectors; /* none: all metrics */
    size_t selector_count;
    bool is_sorted_by_name;
} pml_rows_options;

/* before is what came so many seconds earlier; NULL: nothing. The rows are of now, which must live
   as long. */
void pml_rows_make(pml_rows *rows, const pml_metrics *now, const pml_metrics *before,
                   double seconds, const pml_rows_options *options);
void pml_rows_free(pml_rows *rows);

/* Gives rows, whose families follow each other, their names and headings. */
void pml_rows_name(pml_rows *rows);

#endif
