/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a header that carries the server's library on. */
/* expect: only server/*.c and instrument/microhttpd*.c may include it */
#include <microhttpd.h>
