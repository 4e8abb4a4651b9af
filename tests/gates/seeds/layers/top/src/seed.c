/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a file above the folders. */
/* expect: lies in a folder of src/ */
#include <stddef.h>
