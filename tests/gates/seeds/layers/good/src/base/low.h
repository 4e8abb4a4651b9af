/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a header of the lowest rank, which may know how errors are named. */
#include <promlet/status.h>
