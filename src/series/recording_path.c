/* SPDX-License-Identifier: Apache-2.0 */
/* Which of the two ways of writing per-CPU cells this process uses; chosen once. */
#include <promlet/recording.h>
#include <promlet/section.h>

#include "base/atomic.h"
#include "base/report.h"
#include "base/stripe.h"

enum { NOT_CHOSEN = -1 };

static _Atomic int chosen_path = NOT_CHOSEN;

static int best_path(void)
{
    bool has_sections = PROMLET_HAS_SECTIONS && pml_rseq_offset() != 0;
    return has_sections ? PROMLET_PATH_RESTARTABLE : PROMLET_PATH_ATOMIC;
}

/* The first choice stays. */
static int choose(int path)
{
    int chosen = NOT_CHOSEN;
    /* relaxed: nothing depends on it but the choice itself. */
    return pml_exchange_if_relaxed(&chosen_path, &chosen, path) ? path : chosen;
}

promlet_recording_path promlet_get_recording_path(void)
{
    return (promlet_recording_path)choose(best_path());
}

promlet_status promlet_set_recording_path(promlet_recording_path path)
{
    if ((int)path < PROMLET_PATH_ATOMIC || path > PROMLET_PATH_RESTARTABLE) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "recording path: %d is no promlet_recording_path",
                        (int)path);
    }
    if (path != PROMLET_PATH_ATOMIC && (int)path != best_path()) {
        return pml_fail(PROMLET_ERROR_ARGUMENT,
                        "recording path: this system has no restartable sequences");
    }
    if (choose((int)path) != (int)path) {
        return pml_fail(
            PROMLET_ERROR_ARGUMENT,
            "recording path: the other one is in use; choose before anyone asks for it, and before "
            "the first metric with labels, scrape and server");
    }
    return PROMLET_OK;
}
