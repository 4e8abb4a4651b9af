# SPDX-License-Identifier: Apache-2.0
# A program that uses one component of promlet, which is named as its project is:
# find_package(promlet COMPONENTS server) and promlet::server. Which other components are asked for
# is said by COMPONENTS.
set(CMAKE_NO_SYSTEM_FROM_IMPORTED ON) # so that warnings in the headers of promlet count

find_package(promlet 0.1.0 CONFIG REQUIRED COMPONENTS ${PROJECT_NAME} ${COMPONENTS})
foreach(library promlet ${PROJECT_NAME})
    foreach(target ${library} ${library}_shared ${library}_static)
        if(NOT TARGET promlet::${target})
            message(FATAL_ERROR "expected the target promlet::${target}")
        endif()
    endforeach()
endforeach()

add_executable(program main.c)
target_compile_definitions(program PRIVATE EXPECTED_VERSION="${promlet_VERSION}")
target_link_libraries(program PRIVATE promlet::${PROJECT_NAME})
