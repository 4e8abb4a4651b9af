# SPDX-License-Identifier: Apache-2.0
# Finds libmicrohttpd as the target promlet_microhttpd, without needing pkg-config; sets
# PROMLET_HAS_MICROHTTPD, or says what is left out.
set(PROMLET_HAS_MICROHTTPD FALSE)
if(PROMLET_SERVER STREQUAL "OFF")
    promlet_leaves_out("promlet::server (PROMLET_SERVER is OFF)")
    return()
endif()

find_path(PROMLET_MICROHTTPD_INCLUDE microhttpd.h)
find_library(PROMLET_MICROHTTPD_LIBRARY microhttpd)
mark_as_advanced(PROMLET_MICROHTTPD_INCLUDE PROMLET_MICROHTTPD_LIBRARY)

# Version 0.9.75 or later. The number is hexadecimal, so the sign of a difference compares it.
set(microhttpd_number 0)
if(PROMLET_MICROHTTPD_INCLUDE)
    file(STRINGS ${PROMLET_MICROHTTPD_INCLUDE}/microhttpd.h microhttpd_line
        REGEX "^#define MHD_VERSION 0x")
    string(REGEX MATCH "0x[0-9a-fA-F]+" microhttpd_number "${microhttpd_line}")
endif()
math(EXPR microhttpd_is_older "(${microhttpd_number} - 0x00097500) >> 63")

if(PROMLET_MICROHTTPD_LIBRARY AND NOT microhttpd_is_older)
    set(PROMLET_HAS_MICROHTTPD TRUE)
    add_library(promlet_microhttpd INTERFACE IMPORTED)
    target_include_directories(promlet_microhttpd INTERFACE ${PROMLET_MICROHTTPD_INCLUDE})
    target_link_libraries(promlet_microhttpd INTERFACE ${PROMLET_MICROHTTPD_LIBRARY})
elseif(PROMLET_SERVER STREQUAL "ON")
    message(FATAL_ERROR "PROMLET_SERVER is ON, but libmicrohttpd 0.9.75 or later was not found "
        "(Debian: libmicrohttpd-dev)")
else()
    promlet_leaves_out("promlet::server (libmicrohttpd 0.9.75 not found, Debian: libmicrohttpd-dev)")
endif()
