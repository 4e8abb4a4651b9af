/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a transport sees public headers, its own headers and its own library. */
#include "expose/high.h"

#include <microhttpd.h>
#include <promlet/promlet.h>
#include <pthread.h>
