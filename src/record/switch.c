/* SPDX-License-Identifier: Apache-2.0 */
/* The switch that stops recording, and the word that it is in; promlet_hot_is_off() reads it. */
#include <promlet/recording.h>

#include "base/atomic.h"
#include "record/trace_hook.h"

#include <promlet/hot_path.h>

/* A program that inlines recording calls may have the linker move it into the program. So the
   library, too, finds it by its name only, and keeps no hidden copy. */
_Alignas(sizeof(struct promlet_switch)) struct promlet_switch promlet_cell1_switch;

static void set_flag(uint32_t flag, bool is_set)
{
    if (is_set) {
        /* relaxed: each flag stands for itself; nothing is handed on with it. */
        pml_half_word_or_relaxed(&promlet_cell1_switch.flags, flag);
    } else {
        /* relaxed: as above. */
        pml_half_word_and_relaxed(&promlet_cell1_switch.flags, ~flag);
    }
}

void promlet_set_recording(bool is_on)
{
    set_flag(PROMLET_SWITCH_OFF, !is_on);
}

bool promlet_recording_is_on(void)
{
    return !promlet_hot_is_off();
}

void pml_switch_set_traced(bool is_traced)
{
    set_flag(PROMLET_SWITCH_TRACED, is_traced);
}
