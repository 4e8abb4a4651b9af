# SPDX-License-Identifier: Apache-2.0
# Finds GnuTLS for the server as the target promlet_gnutls, without needing pkg-config; sets
# PROMLET_HAS_GNUTLS and promlet_gnutls_target, or says what is left out.
set(PROMLET_HAS_GNUTLS FALSE)
set(promlet_gnutls_target)
if(NOT PROMLET_HAS_MICROHTTPD)
    return()
endif()

find_path(PROMLET_GNUTLS_INCLUDE gnutls/gnutls.h)
find_library(PROMLET_GNUTLS_LIBRARY gnutls)
mark_as_advanced(PROMLET_GNUTLS_INCLUDE PROMLET_GNUTLS_LIBRARY)

# Version 3.6.5 or later, which has TLS 1.3 as it was published. The number is hexadecimal, so the
# sign of a difference compares it.
set(gnutls_number 0)
if(PROMLET_GNUTLS_INCLUDE)
    file(STRINGS ${PROMLET_GNUTLS_INCLUDE}/gnutls/gnutls.h gnutls_line
        REGEX "^#define GNUTLS_VERSION_NUMBER 0x")
    string(REGEX MATCH "0x[0-9a-fA-F]+" gnutls_number "${gnutls_line}")
endif()
math(EXPR gnutls_is_older "(${gnutls_number} - 0x030605) >> 63")

if(PROMLET_GNUTLS_LIBRARY AND NOT gnutls_is_older)
    set(PROMLET_HAS_GNUTLS TRUE)
    set(promlet_gnutls_target promlet_gnutls)
    add_library(promlet_gnutls INTERFACE IMPORTED)
    target_include_directories(promlet_gnutls INTERFACE ${PROMLET_GNUTLS_INCLUDE})
    target_link_libraries(promlet_gnutls INTERFACE ${PROMLET_GNUTLS_LIBRARY})
else()
    promlet_leaves_out("TLS in promlet::server (GnuTLS 3.6.5 not found, Debian: libgnutls28-dev)")
endif()
