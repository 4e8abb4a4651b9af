/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: some of the files that know GnuTLS. */
#include <gnutls/gnutls.h>
