# SPDX-License-Identifier: Apache-2.0
# Where all is optimised at link time, as in the preset lto, each program takes as long to build as the
# whole library. So most tests are then linked with a library that has been optimised as one before.
# One with it are those programs that recordings are compiled into, those of metrics at file scope,
# which nothing refers to that an optimiser would keep, and one that replaces functions of the library.
set(promlet_one_with_library test_hot_path test_static test_static_modules test_stress_sections
    test_stress_spread test_stress_stopped test_timer_clocks test_trace_hook)

string(TOUPPER "${CMAKE_BUILD_TYPE}" build_type)
separate_arguments(options UNIX_COMMAND "${CMAKE_C_FLAGS} ${CMAKE_C_FLAGS_${build_type}}")
set(object ${CMAKE_CURRENT_BINARY_DIR}/promlet_as_one.o)
add_custom_command(OUTPUT ${object}
    COMMAND ${CMAKE_C_COMPILER} ${options} -flto=auto -r -flinker-output=nolto-rel -o ${object}
        $<TARGET_OBJECTS:promlet_objects>
    DEPENDS $<TARGET_OBJECTS:promlet_objects>
    COMMAND_EXPAND_LISTS VERBATIM)
add_library(promlet_as_one STATIC ${object})
set_target_properties(promlet_as_one PROPERTIES LINKER_LANGUAGE C)
