/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a number of seconds, whose point is one in every locale. */
#include "server/patience.h"

#include "server/clock.h"

#include <stdbool.h>
#include <stddef.h>

int64_t pml_server_read_patience(const char *text)
{
    int64_t unit_ns = PML_NS_PER_S;
    int64_t patience_ns = 0;
    bool is_fraction = false;
    for (; text != NULL && *text != '\0'; text++) {
        int digit = *text - '0';
        if (*text == '.' && !is_fraction) {
            is_fraction = true;
        } else if (digit < 0 || digit > 9 || patience_ns > PML_NEVER_NS / 100) {
            return PML_NEVER_NS;
        } else if (is_fraction) {
            unit_ns /= 10;
            patience_ns += digit * unit_ns;
        } else {
            patience_ns = patience_ns * 10 + digit * PML_NS_PER_S;
        }
    }
    return patience_ns > 0 ? patience_ns : PML_NEVER_NS;
}
