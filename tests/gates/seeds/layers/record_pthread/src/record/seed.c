/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a recording with a lock. */
/* expect: <pthread.h> in record/: recording and encoding take no lock */
#include <pthread.h>
