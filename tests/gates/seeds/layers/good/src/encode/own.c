/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: an encoder sees base/, snapshot/ and encode/. */
#include "base/low.h"
#include "snapshot/shapes.h"
