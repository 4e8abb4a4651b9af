/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: the server cannot be built without zlib any more. */
/* expect: only http/gzip_zlib.c may include it */
#include <zlib.h>
