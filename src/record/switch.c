/* SPDX-License-Identifier: Apache-2.0 */
/* The switch that stops recording; promlet_hot_is_off() reads it. */
#include <promlet/recording.h>

#include "base/atomic.h"

#include <promlet/hot_path.h>

/* A program that inlines recording calls may have the linker move it into the program. So the
   library, too, finds it by its name only, and keeps no hidden copy. */
_Alignas(sizeof(struct promlet_switch)) struct promlet_switch promlet_cell1_switch;

void promlet_set_recording(bool is_on)
{
    /* relaxed: the switch stands for itself; nothing is handed on with it. */
    pml_half_word_store_relaxed(&promlet_cell1_switch.is_off, is_on ? 0 : 1);
}

bool promlet_recording_is_on(void)
{
    return !promlet_hot_is_off();
}
