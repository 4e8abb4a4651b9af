/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: how options are read, which is for every folder as well. */
#include <promlet/status.h>
