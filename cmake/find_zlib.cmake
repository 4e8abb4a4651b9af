# SPDX-License-Identifier: Apache-2.0
# Finds zlib as the target promlet_zlib, without needing pkg-config; sets
# PROMLET_HAS_ZLIB and promlet_zlib_target, or says what is left out.
set(PROMLET_HAS_ZLIB FALSE)
set(promlet_zlib_target)

find_path(PROMLET_ZLIB_INCLUDE zlib.h)
find_library(PROMLET_ZLIB_LIBRARY z)
mark_as_advanced(PROMLET_ZLIB_INCLUDE PROMLET_ZLIB_LIBRARY)

if(PROMLET_ZLIB_INCLUDE AND PROMLET_ZLIB_LIBRARY)
    set(PROMLET_HAS_ZLIB TRUE)
    set(promlet_zlib_target promlet_zlib)
    add_library(promlet_zlib INTERFACE IMPORTED)
    target_include_directories(promlet_zlib INTERFACE ${PROMLET_ZLIB_INCLUDE})
    target_link_libraries(promlet_zlib INTERFACE ${PROMLET_ZLIB_LIBRARY})
else()
    promlet_leaves_out("gzip over HTTP (zlib not found, Debian: zlib1g-dev)")
endif()
