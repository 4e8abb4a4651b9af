/* SPDX-License-Identifier: Apache-2.0 */
/* What dashboards and rules have in common; each checks for itself what only it has. */
#include "instrument/dashboard_options.h"

#include "instrument/dashboard_draft.h"

promlet_status pml_option_error(const char *sentence)
{
    return promlet_set_last_error(PROMLET_ERROR_ARGUMENT, sentence);
}

promlet_status pml_read_escaping(promlet_escaping *escaping)
{
    if ((unsigned)*escaping > PROMLET_ESCAPING_ALLOW_UTF8) {
        return pml_option_error("escaping: is none that there is");
    }
    if (*escaping == PROMLET_ESCAPING_NONE_ASKED) {
        *escaping = PROMLET_ESCAPING_ALLOW_UTF8;
    }
    return PROMLET_OK;
}

char *pml_read_text(const char *text, const char *if_null)
{
    return pml_repaired_copy(text != NULL ? text : if_null);
}
