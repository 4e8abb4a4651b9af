/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: the server cannot be built without GnuTLS any more. */
/* expect: only server/tls_*.c may include it */
#include <gnutls/gnutls.h>
