/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A snapshot as lines for Graphite, without tags and with them. Every line must be one that carbon
 * takes, and each sample of the text format must be a line or be counted as left out.
 */
#ifndef FUZZ_GRAPHITE_LINES_H
#define FUZZ_GRAPHITE_LINES_H

#include "made.h"

/* text: the same in the text format 0.0.4. Ends the process when one is wrong. */
void check_graphite_lines(const made_snapshot *made, const char *text);

#endif
