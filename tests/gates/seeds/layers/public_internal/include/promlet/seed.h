/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a public header that shows the inside. */
/* expect: a public header may not include an internal one */
#include <base/low.h>
