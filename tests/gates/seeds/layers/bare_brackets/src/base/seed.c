/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: the same without its folder. */
/* expect: write "folder/file.h", not <low.h> */
#include <low.h>
