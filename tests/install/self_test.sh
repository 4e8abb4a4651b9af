# SPDX-License-Identifier: Apache-2.0
# Shows that each check of tests/install/run fails when it should, on small faulty libraries,
# packages and projects. Sourced by bash after checks.sh.

# seed_library NAME CODE CC_ARGUMENT...: a shared library from one line of C.
seed_library() {
    local name=$1 code=$2
    shift 2
    echo "$code" | cc -shared -fPIC -x c - -o "$temp/$name" "$@"
}

self_test_libraries() {
    seed_library leak.so 'int promlet_a(void) { return 1; } int leaked(void) { return 1; }'
    check_fails "a leaked symbol is found" "found: leaked" check_symbols "$temp/leak.so"
    seed_library hidden.so 'static int nothing; int *const unused;' -fvisibility=hidden
    check_fails "a library without symbols is found" "found none" check_symbols "$temp/hidden.so"
    seed_library again.so 'int promlet_a(void) { return 2; }'
    check_fails "a symbol of two libraries is found" "found more of: promlet_a" \
        check_exported_once "$temp/leak.so" "$temp/again.so"
    seed_library part.so 'int other(void); int promlet_a(void) { return other(); }'
    check_fails "an undefined symbol is found" "undefined symbol: other" \
        check_complete "$temp/part.so"
    check_fails "a missing SONAME is found" "expected the SONAME libleak.so.0" \
        check_soname "$temp/leak.so" libleak.so.0
    check_fails "a missing link is found" "expected the symbolic link" \
        check_links "$temp/leak" 0.1.0
    seed_library start.so '__attribute__((constructor)) static void start(void) {}'
    check_fails "a constructor is found" "of .init_array" check_constructors "$temp/start.so" 8
    seed_library end.so '__attribute__((destructor)) static void end(void) {}'
    check_fails "a destructor is found" "of .fini_array" check_constructors "$temp/end.so" 8
    echo '__attribute__((constructor)) static void start(void) {}' |
        cc -c -x c - -o "$temp/start.o"
    ar rcs "$temp/start.a" "$temp/start.o"
    check_fails "a constructor in an archive is found" "of .init_array" \
        check_constructors "$temp/start.a" 0
    seed_library path.so 'int promlet_a;' -Wl,-rpath,/somewhere
    check_fails "a run-time path is found" "found /somewhere" check_runpath "$temp/path.so"
    seed_library math.so 'int promlet_a;' -Wl,--no-as-needed -lm
    check_fails "a shared library in a static program is found" "to be static, found shared" \
        check_form "$temp/math.so" static libm
    check_fails "a static library in a shared program is found" "to be shared, found static" \
        check_form "$temp/path.so" shared libm

    mkdir -p "$temp/include/promlet"
    echo 'PROMLET_API int promlet_a(void); PROMLET_API int promlet_b(void);' \
        >"$temp/include/promlet/a.h"
    check_fails "a function without a body is found" "in the libraries: promlet_b" \
        check_declared "$temp/include" "$temp/leak.so"
}

# seed_package CONFIG: a package that says it fits every version, and whose config is CONFIG.
seed_package() {
    prefix=$temp/seed
    mkdir -p "$prefix/lib/cmake/promlet" "$prefix/lib/pkgconfig"
    echo "$1" >"$prefix/lib/cmake/promlet/promlet-config.cmake"
    printf 'set(%s)\n' 'PACKAGE_VERSION 0.1.0' 'PACKAGE_VERSION_COMPATIBLE TRUE' \
        >"$prefix/lib/cmake/promlet/promlet-config-version.cmake"
}

self_test_packages() {
    seed_package ''
    check_fails "a package that accepts every version is found" "found it accepted" \
        check_refused "9.0" "version: 0.1.0"
    check_fails "a package that accepts every component is found" "found it accepted" \
        check_refused "COMPONENTS;nonsense" "there is no component"
    seed_package 'set(promlet_FOUND FALSE)'
    check_fails "a refusal without our message is found" "to say: there is no component" \
        check_refused "COMPONENTS;nonsense" "there is no component"
    seed_package 'include("${CMAKE_CURRENT_LIST_DIR}/promlet-targets.cmake")'
    check_fails "a broken config file is found" "promlet-targets.cmake" \
        check_consumer broken core shared libpromlet
    echo "prefix=$source_dir/build" >"$prefix/lib/pkgconfig/promlet.pc"
    check_fails "a build path in a .pc file is found" "lib/pkgconfig/promlet.pc" \
        check_paths "$prefix" "$source_dir/build"
}

# seed_project STATEMENT: sources that look like promlet's to a host, with one fault.
seed_project() {
    rm -rf "$temp/project" "$temp/subproject" "$temp/subproject.sources"
    mkdir -p "$temp/project"
    cat >"$temp/project/CMakeLists.txt" <<END
project(promlet VERSION 0.1.0 LANGUAGES C)
add_library(core INTERFACE)
add_library(promlet::promlet ALIAS core)
add_library(promlet::http ALIAS core)
add_library(promlet::server ALIAS core)
add_library(promlet::testing ALIAS core)
$1
END
}

self_test_subprojects() {
    mkdir -p "$temp/host/bin" "$temp/host/include"
    touch "$temp/host/bin/program" "$temp/host/include/promlet.h"
    check_fails "a subproject that installs files is found" "./include/promlet.h" \
        check_files "$temp/host" ./bin/program
    seed_project 'option(BUILD_SHARED_LIBS "" OFF)'
    check_fails "a subproject with a global setting is found" 'BUILD_SHARED_LIBS' \
        check_subproject "$temp/project"
    seed_project 'set(CMAKE_C_FLAGS -O3 PARENT_SCOPE)'
    check_fails "a subproject that sets flags is found" "expected the host's CMAKE_C_FLAGS" \
        check_subproject "$temp/project"
    seed_project $'enable_testing()\nadd_test(NAME a COMMAND a)'
    check_fails "a subproject with tests is found" "expected promlet's TESTS" \
        check_subproject "$temp/project"
    seed_project 'add_custom_target(examples)'
    check_fails "a subproject with programs is found" "expected libraries only" \
        check_subproject "$temp/project"
    seed_project 'target_compile_options(core INTERFACE -Werror)'
    check_fails "a subproject with flags for its users is found" "INTERFACE_COMPILE_OPTIONS" \
        check_subproject "$temp/project"
}

self_test() {
    self_test_libraries
    self_test_packages
    self_test_subprojects
    echo "tests/install/run --self-test: each check failed as it should, in $SECONDS s"
}
