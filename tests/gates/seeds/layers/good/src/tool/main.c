/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: the command sees public headers. */
#include <promlet/parse.h>

#include <promlet/promlet.h>
