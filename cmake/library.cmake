# SPDX-License-Identifier: Apache-2.0
# How a promlet library is built: its objects once, then a static and a shared library of them.

# promlet_add_library(name SOURCES file... LINK library... [CONTAIN library])
#   makes name_static and name_shared, also known as promlet::promlet_static, promlet::server_shared
#   and so on, and the name promlet::promlet or promlet::server for the one that BUILD_SHARED_LIBS
#   chooses. Another promlet library in LINK is linked in its same form. The objects of one in
#   CONTAIN are in this one as well, for the sake of those functions that are hidden there; what it
#   exports itself, this one does not (cmake/library.contained). What they need must be in LINK.
function(promlet_add_library name)
    cmake_parse_arguments(arg "" "CONTAIN" "SOURCES;LINK" ${ARGN})
    add_library(${name}_objects OBJECT ${arg_SOURCES})
    set_target_properties(${name}_objects PROPERTIES
        C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF
        C_VISIBILITY_PRESET hidden POSITION_INDEPENDENT_CODE ON)
    target_compile_definitions(${name}_objects PRIVATE _POSIX_C_SOURCE=200809L)
    target_include_directories(${name}_objects PRIVATE
        ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)

    set(objects $<TARGET_OBJECTS:${name}_objects>)
    if(arg_CONTAIN)
        list(APPEND objects $<TARGET_OBJECTS:${arg_CONTAIN}_objects>)
    endif()

    string(REPLACE "promlet-" "" export_name ${name})
    foreach(form static shared)
        string(TOUPPER ${form} library_type)
        add_library(${name}_${form} ${library_type} ${objects})
        set_target_properties(${name}_${form} PROPERTIES
            OUTPUT_NAME ${name} EXPORT_NAME ${export_name}_${form} LINKER_LANGUAGE C
            VERSION ${PROJECT_VERSION} SOVERSION ${PROMLET_SOVERSION})
        add_library(promlet::${export_name}_${form} ALIAS ${name}_${form})
        target_include_directories(${name}_${form} INTERFACE
            $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
            $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
        foreach(library ${arg_LINK})
            if(TARGET ${library}_${form})
                target_link_libraries(${name}_${form} PUBLIC ${library}_${form})
            else()
                target_link_libraries(${name}_${form} PRIVATE ${library})
            endif()
        endforeach()
    endforeach()
    if(arg_CONTAIN)
        set(contained ${PROJECT_SOURCE_DIR}/cmake/${arg_CONTAIN}.contained)
        target_link_options(${name}_shared PRIVATE LINKER:--version-script=${contained})
        set_target_properties(${name}_shared PROPERTIES LINK_DEPENDS ${contained})
    endif()
    # A host may dlclose() the plugin that brought promlet while threads still record.
    if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
        target_link_options(${name}_shared PRIVATE LINKER:-z,nodelete)
    endif()
    # Once installed, one promlet library finds another beside it, wherever that is.
    if(NOT DEFINED CMAKE_INSTALL_RPATH AND NOT name STREQUAL "promlet")
        set_target_properties(${name}_shared PROPERTIES INSTALL_RPATH "$ORIGIN")
    endif()

    foreach(library ${arg_LINK})
        if(NOT TARGET ${library}_objects AND TARGET ${library})
            target_link_libraries(${name}_objects PRIVATE ${library})
        endif()
    endforeach()

    if(BUILD_SHARED_LIBS)
        set(chosen ${name}_shared)
    else()
        set(chosen ${name}_static)
    endif()
    add_library(promlet::${export_name} ALIAS ${chosen})
    set_property(GLOBAL APPEND PROPERTY PROMLET_LIBRARIES ${name})
endfunction()

# More sources for a library, chosen by platform.
function(promlet_add_sources name)
    target_sources(${name}_objects PRIVATE ${ARGN})
endfunction()

# Remember what this configuration lacks and why, to be said once at the end.
function(promlet_leaves_out what)
    string(REPLACE ";" "," what "${what}") # a semicolon would make two of it
    set_property(GLOBAL APPEND PROPERTY PROMLET_LEFT_OUT "${what}")
endfunction()

function(promlet_report_left_out)
    get_property(left_out GLOBAL PROPERTY PROMLET_LEFT_OUT)
    foreach(what IN LISTS left_out)
        message(STATUS "promlet: left out: ${what}")
    endforeach()
endfunction()
