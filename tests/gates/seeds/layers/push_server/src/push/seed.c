/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a push that needs the server. */
/* expect: push/ may not include "server/low.h" */
#include "server/low.h"
