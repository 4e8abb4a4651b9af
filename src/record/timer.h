/* SPDX-License-Identifier: Apache-2.0 */
/* What a timer that is observed by label values shares with one that is observed by handle. */
#ifndef PML_RECORD_TIMER_H
#define PML_RECORD_TIMER_H

#include <promlet/histogram.h>

/* promlet_histogram_observe() of what a timer told. */
void pml_timer_record(promlet_histogram *histogram, double seconds);

#endif
