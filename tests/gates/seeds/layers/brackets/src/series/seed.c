/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: an internal header in angle brackets. */
/* expect: write "folder/file.h", not <base/low.h> */
#include <base/low.h>
