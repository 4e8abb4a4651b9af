/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: the core needs the server's library. */
/* expect: only server/*.c and instrument/microhttpd*.c may include it */
#include <microhttpd.h>
