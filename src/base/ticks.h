/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The counter that the CPU keeps of its own, read by one instruction. What a tick is worth is
 * learned in base/ticks_scale.h. CMake chooses the file behind this header.
 */
#ifndef PML_BASE_TICKS_H
#define PML_BASE_TICKS_H

#include <stdbool.h>
#include <stdint.h>

/* Whether the counter runs at one rate in all states of the CPU, and there is one at all. Slow the
   first time, because it asks the CPU, which a virtual machine answers by leaving the guest.
   Signal-safe. */
bool pml_ticks_are_steady(void);

/* The counter now; 0 where there is none. Not ordered with the instructions around it, and not
   quite the same on all CPUs. Signal-safe. */
uint64_t pml_ticks_read(void);

#endif
