/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: the one file that knows zlib. */
#include <zlib.h>
