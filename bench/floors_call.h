/* SPDX-License-Identifier: Apache-2.0 */
/* Functions that do nothing, to know what a call costs. */
#ifndef BENCH_FLOORS_CALL_H
#define BENCH_FLOORS_CALL_H

void floor_call_static(void *handle); /* of a static library */
void floor_call_shared(void *handle); /* of a shared one, through the linkage table */

#endif
