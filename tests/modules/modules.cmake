# SPDX-License-Identifier: Apache-2.0
# The shared objects that tests of file-scope metrics load, and what those tests need beside them.
# A module links nothing of promlet: its symbols come from the program, so that there is one default
# registry. The modules of shared_program link the shared library instead, as the program does.
include(CheckLanguage)
check_language(CXX)
if(CMAKE_CXX_COMPILER)
    enable_language(CXX)
endif()

# promlet_add_test_module(name MODULE|SHARED source [definition [library...]])
function(promlet_add_test_module name form source)
    list(POP_FRONT ARGN definition)
    add_library(${name} ${form} modules/${source})
    set_target_properties(${name} PROPERTIES
        C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF C_VISIBILITY_PRESET hidden
        CXX_STANDARD 11 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF CXX_VISIBILITY_PRESET hidden)
    target_include_directories(${name} PRIVATE
        ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/tests)
    target_compile_definitions(${name} PRIVATE ${definition})
    target_link_libraries(${name} PRIVATE ${ARGN})
endfunction()

# Tells a program where a module is, as the macro of that name.
function(promlet_use_test_module program macro module)
    add_dependencies(${program} ${module})
    target_compile_definitions(${program} PRIVATE ${macro}="$<TARGET_FILE:${module}>")
endfunction()

promlet_add_test_module(plugin_a MODULE plugin.c PLUGIN_A)
promlet_add_test_module(plugin_b MODULE plugin.c PLUGIN_B)
promlet_add_test_module(plugin_c MODULE plugin.c PLUGIN_C)
promlet_add_test_module(plugin_slow MODULE plugin_slow.c)
promlet_add_test_module(plugin_linked SHARED linked.c)
promlet_add_test_module(plugin_scraping MODULE scraping.c)

target_sources(test_static PRIVATE modules/second_file.c)
foreach(program test_static_modules test_static_reload)
    promlet_use_test_module(${program} PLUGIN_A plugin_a)
    promlet_use_test_module(${program} PLUGIN_B plugin_b)
endforeach()
promlet_use_test_module(test_static_modules PLUGIN_C plugin_c)
promlet_use_test_module(test_static_modules SCRAPING plugin_scraping)
promlet_use_test_module(test_static_reload PLUGIN_SLOW plugin_slow)
promlet_use_test_module(test_out_of_memory_static PLUGIN_A plugin_a)
target_link_libraries(test_static_modules PRIVATE plugin_linked)
if(CMAKE_CXX_COMPILER)
    promlet_add_test_module(plugin_cxx MODULE plugin_cxx.cpp)
    promlet_use_test_module(test_static_modules PLUGIN_CXX plugin_cxx)
endif()

promlet_add_test_module(plugin_a_of_shared MODULE plugin.c PLUGIN_A promlet_shared)
promlet_add_test_module(plugin_linked_of_shared SHARED linked.c "" promlet_shared)
promlet_add_test_program(modules/shared_program.c promlet_shared plugin_linked_of_shared)
promlet_use_test_module(shared_program PLUGIN_A plugin_a_of_shared)

# These count and refuse allocations: what promlet asks of libc goes through the test.
foreach(program test_out_of_memory test_out_of_memory_options test_out_of_memory_static
        test_hot_path)
    target_link_options(${program} PRIVATE
        LINKER:--wrap=malloc LINKER:--wrap=calloc LINKER:--wrap=realloc LINKER:--wrap=free)
endforeach()
