# SPDX-License-Identifier: Apache-2.0
# The command promlet. It is linked with the static library, so that it needs no other file of
# promlet's; its tests see its objects.

add_library(promlet_tool OBJECT
    src/tool/arguments.c
    src/tool/buffer.c
    src/tool/check.c
    src/tool/diff.c
    src/tool/figures.c
    src/tool/findings.c
    src/tool/get.c
    src/tool/hash.c
    src/tool/headers.c
    src/tool/memory.c
    src/tool/metrics.c
    src/tool/names.c
    src/tool/plain.c
    src/tool/quantile.c
    src/tool/reading.c
    src/tool/row_names.c
    src/tool/rows.c
    src/tool/rules_of_lines.c
    src/tool/rules_of_names.c
    src/tool/rules_of_values.c
    src/tool/scrapes.c
    src/tool/screen.c
    src/tool/selector.c
    src/tool/series.c
    src/tool/source.c
    src/tool/terminal.c
    src/tool/top.c
    src/tool/view.c)
if(TARGET promlet_curl)
    target_sources(promlet_tool PRIVATE src/tool/fetch_curl.c)
    target_link_libraries(promlet_tool PUBLIC promlet_curl)
else()
    target_sources(promlet_tool PRIVATE src/tool/fetch_none.c)
    promlet_leaves_out(
        "URLs in the command promlet (libcurl 7.87 not found, Debian: libcurl4-openssl-dev)")
endif()
target_link_libraries(promlet_tool PUBLIC promlet_static m)

add_executable(promlet src/tool/main.c)
target_link_libraries(promlet PRIVATE promlet_tool)
foreach(target promlet_tool promlet)
    set_target_properties(${target} PROPERTIES
        C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)
    target_compile_definitions(${target} PRIVATE _POSIX_C_SOURCE=200809L)
    target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src)
endforeach()
