# SPDX-License-Identifier: Apache-2.0
# Finds libcurl as the target promlet_curl, without needing pkg-config, for pushes and for the
# command; sets PROMLET_HAS_CURL if promlet::push is to be built, or says what is left out.
set(PROMLET_HAS_CURL FALSE)
find_path(PROMLET_CURL_INCLUDE curl/curl.h)
find_library(PROMLET_CURL_LIBRARY curl)
mark_as_advanced(PROMLET_CURL_INCLUDE PROMLET_CURL_LIBRARY)

# Version 7.87 or later, which need not wait for a name server to give up a push. The number is
# hexadecimal, so the sign of a difference compares it.
set(curl_number 0)
if(PROMLET_CURL_INCLUDE)
    file(STRINGS ${PROMLET_CURL_INCLUDE}/curl/curlver.h curl_line
        REGEX "^#define LIBCURL_VERSION_NUM 0x")
    string(REGEX MATCH "0x[0-9a-fA-F]+" curl_number "${curl_line}")
endif()
math(EXPR curl_is_older "(${curl_number} - 0x075700) >> 63")

if(PROMLET_CURL_LIBRARY AND NOT curl_is_older)
    add_library(promlet_curl INTERFACE IMPORTED)
    target_include_directories(promlet_curl INTERFACE ${PROMLET_CURL_INCLUDE})
    target_link_libraries(promlet_curl INTERFACE ${PROMLET_CURL_LIBRARY})
endif()

if(PROMLET_PUSH STREQUAL "OFF")
    promlet_leaves_out("promlet::push (PROMLET_PUSH is OFF)")
elseif(TARGET promlet_curl)
    set(PROMLET_HAS_CURL TRUE)
elseif(PROMLET_PUSH STREQUAL "ON")
    message(FATAL_ERROR "PROMLET_PUSH is ON, but libcurl 7.87 or later was not found "
        "(Debian: libcurl4-openssl-dev)")
else()
    promlet_leaves_out("promlet::push (libcurl 7.87 not found, Debian: libcurl4-openssl-dev)")
endif()
