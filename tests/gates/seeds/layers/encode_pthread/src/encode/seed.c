/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: an encoder with a lock. */
/* expect: <pthread.h> in encode/: recording and encoding take no lock */
#include <pthread.h>
