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
if(PROMLET_MICROHTTPD_INCLUDE AND PROMLET_MICROHTTPD_LIBRARY)
    set(PROMLET_HAS_MICROHTTPD TRUE)
    add_library(promlet_microhttpd INTERFACE IMPORTED)
    target_include_directories(promlet_microhttpd INTERFACE ${PROMLET_MICROHTTPD_INCLUDE})
    target_link_libraries(promlet_microhttpd INTERFACE ${PROMLET_MICROHTTPD_LIBRARY})
elseif(PROMLET_SERVER STREQUAL "ON")
    message(FATAL_ERROR "PROMLET_SERVER is ON, but libmicrohttpd was not found "
        "(Debian: libmicrohttpd-dev)")
else()
    promlet_leaves_out("promlet::server (libmicrohttpd not found, Debian: libmicrohttpd-dev)")
endif()
