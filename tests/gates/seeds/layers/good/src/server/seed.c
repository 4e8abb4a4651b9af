/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: the server sees public headers, those of http/, its own and its library. */
#include "http/high.h"

#include <microhttpd.h>
#include <promlet/promlet.h>
#include <pthread.h>
