/* SPDX-License-Identifier: Apache-2.0 */
/* A module for dlopen() with the recording calls compiled in, and so their descriptions. */
#include <promlet/promlet.h>

#include <promlet/inline.h>

void module_record(promlet_counter *counter, promlet_histogram *histogram);

void module_record(promlet_counter *counter, promlet_histogram *histogram)
{
    promlet_histogram_observe(histogram, 2.5);
    promlet_counter_add(counter, 0.5);
    promlet_counter_inc(counter);
}
