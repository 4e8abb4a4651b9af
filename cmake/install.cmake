# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where: the headers, both forms of each library, the CMake package
# and the pkg-config files. Nothing installed names a folder of the build or of the prefix, so an
# installed tree can be moved.
include(CMakePackageConfigHelpers)

set(promlet_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/promlet)
get_property(promlet_libraries GLOBAL PROPERTY PROMLET_LIBRARIES)

set(promlet_absent_headers)
if(NOT PROMLET_HAS_MICROHTTPD)
    list(APPEND promlet_absent_headers PATTERN server.h EXCLUDE PATTERN microhttpd.h EXCLUDE)
endif()
if(NOT PROMLET_HAS_CURL)
    list(APPEND promlet_absent_headers PATTERN push.h EXCLUDE)
endif()
install(DIRECTORY include/promlet DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    FILES_MATCHING PATTERN "*.h" ${promlet_absent_headers})

# One file of targets for each library and form, so that a package may hold only some of them.
foreach(library IN LISTS promlet_libraries)
    string(REPLACE "promlet-" "" component ${library})
    foreach(form static shared)
        install(TARGETS ${library}_${form} EXPORT promlet-${component}-${form}
            LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
            ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
        install(EXPORT promlet-${component}-${form} NAMESPACE promlet::
            DESTINATION ${promlet_package_dir})
    endforeach()
endforeach()

get_property(promlet_left_out GLOBAL PROPERTY PROMLET_LEFT_OUT)
list(JOIN promlet_left_out ", " promlet_left_out)
configure_file(cmake/promlet-config.cmake.in promlet-config.cmake @ONLY)
# While the major version is 0, each minor version may change the interface.
write_basic_package_version_file(promlet-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES
    ${CMAKE_CURRENT_BINARY_DIR}/promlet-config.cmake
    ${CMAKE_CURRENT_BINARY_DIR}/promlet-config-version.cmake
    DESTINATION ${promlet_package_dir})

# A .pc file finds the prefix from its own place; these are the ways between the folders.
file(RELATIVE_PATH promlet_pc_to_prefix
    ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" promlet_pc_to_prefix "${promlet_pc_to_prefix}")
file(RELATIVE_PATH promlet_prefix_to_lib ${CMAKE_INSTALL_PREFIX} ${CMAKE_INSTALL_FULL_LIBDIR})
file(RELATIVE_PATH promlet_prefix_to_include
    ${CMAKE_INSTALL_PREFIX} ${CMAKE_INSTALL_FULL_INCLUDEDIR})
set(promlet_pc_zlib)
if(PROMLET_HAS_ZLIB)
    set(promlet_pc_zlib zlib)
endif()
set(promlet_pc_gnutls)
if(PROMLET_HAS_GNUTLS)
    set(promlet_pc_gnutls gnutls)
endif()
foreach(library IN LISTS promlet_libraries)
    configure_file(cmake/${library}.pc.in ${library}.pc @ONLY)
    install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${library}.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()

if(TARGET promlet)
    install(TARGETS promlet RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
    install(FILES docs/promlet.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endif()
