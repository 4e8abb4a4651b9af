/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: what measures services on libmicrohttpd knows that library. */
#include <microhttpd.h>
#include <promlet/promlet.h>
