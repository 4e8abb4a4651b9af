/* SPDX-License-Identifier: Apache-2.0 */
/* When the process was started. */
#ifndef PML_COLLECT_PROCESS_START_H
#define PML_COLLECT_PROCESS_START_H

#include "base/process_id.h"

#include <stdbool.h>
#include <stdint.h>

/* Zeroed before its first use. */
typedef struct pml_process_start {
    pml_process_id process; /* whose start it is; zeroed: not known */
    double after_boot;      /* in seconds */
    double boot_seconds;    /* when that was, since 1970 */
} pml_process_start;

/* In seconds since 1970; false if the system does not tell. */
bool pml_process_start_seconds(pml_process_start *start, double *seconds);

#endif
