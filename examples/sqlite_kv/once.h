/* SPDX-License-Identifier: Apache-2.0 */
/* What the service does before its load begins, so that each operation and each error is in the
   metrics from then on. */
#ifndef KV_ONCE_H
#define KV_ONCE_H

#include "store.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    SHARED_KEYS = 50000, /* In the store from the beginning; nobody removes them. */
    KEY_SIZE = 48
};

/* Counts some keys in any time, and in too little of it. */
extern const struct request patient_scan;
extern const struct request impatient_scan;

void write_shared_key(char key[KEY_SIZE], uint64_t number);

/* Fills the store, then runs each operation and meets each error once, in the calling thread. False
   on an error, which stderr then tells. */
bool run_once(const char *path);

#endif
