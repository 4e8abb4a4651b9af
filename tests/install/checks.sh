# SPDX-License-Identifier: Apache-2.0
# The checks of an installed promlet, and how a check is run and reported. Sourced by bash, with
# errexit; a check prints what it expected and what it found, and ends its shell, when it fails.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_dir=$(cd "$here/../.." && pwd)
warnings="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror"
c_warnings="$warnings -Wstrict-prototypes -Wmissing-prototypes"

# What a user's shell may hold would change what is found and how it is compiled.
unset CFLAGS CXXFLAGS CPPFLAGS LDFLAGS CPATH LIBRARY_PATH LD_LIBRARY_PATH LD_PRELOAD
unset PKG_CONFIG_PATH PKG_CONFIG_LIBDIR CMAKE_PREFIX_PATH promlet_DIR promlet_ROOT

fail() {
    printf '%s\n' "$*"
    exit 1
}

need_tools() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || fail "this test needs the command $tool"
    done
}

# check TITLE COMMAND ARGUMENT...: runs a check and prints one line when it passes; else its output,
# and ends the script.
check() {
    local title=$1 output status
    shift
    set +e
    output=$(set -e; "$@" 2>&1)
    status=$?
    set -e
    if [ "$status" -ne 0 ]; then
        printf '%s\n' "$output" "FAILED  $title" >&2
        exit 1
    fi
    echo "ok  $title"
}

# check_fails TITLE EXPECTED COMMAND ARGUMENT...: the same for a check that must fail, with EXPECTED
# in its output.
check_fails() {
    local title=$1 expected=$2 output status
    shift 2
    set +e
    output=$(set -e; "$@" 2>&1)
    status=$?
    set -e
    output=$(tr -s ' \n' ' ' <<<"$output")
    if [ "$status" -eq 0 ] || [[ $output != *"$expected"* ]]; then
        printf '%s\n' "expected a failure that says: $expected" \
            "found status $status and: $output" "FAILED  $title" >&2
        exit 1
    fi
    echo "ok  $title"
}

# make_temp_dir: sets temp to a new folder, which goes when the script ends.
make_temp_dir() {
    temp=$(mktemp -d)
    trap 'rm -rf "$temp"' EXIT
}

# install_and_move BUILD_DIR: installs to one prefix, then moves it: sets prefix and lib_dir.
install_and_move() {
    [ -f "$1/CMakeCache.txt" ] || fail "$1 is no build folder; usage: $0 BUILD_DIR"
    cmake --install "$1" --prefix "$temp/first" >"$temp/install.log" 2>&1 ||
        fail "$(cat "$temp/install.log")" "expected cmake --install $1 to work; is it built?"
    mkdir "$temp/moved"
    mv "$temp/first" "$temp/moved/prefix"
    prefix=$temp/moved/prefix
    lib_dir=$(dirname "$(dirname "$(find "$prefix" -name promlet.pc)")")
}

# What dynamic entries of one TAG, such as NEEDED, a file has: one a line, without brackets.
dynamic_entries() {
    LC_ALL=C readelf -dW "$2" | sed -n "s/.*($1).*\[\(.*\)\].*/\1/p"
}

check_soname() {
    local library=$1 expected=$2 found
    found=$(dynamic_entries SONAME "$library")
    [ "$found" = "$expected" ] || fail "expected the SONAME $expected in $library, found '$found'"
}

# The name that programs are linked with leads to the file that carries the version.
check_links() {
    local library=$1 version=$2 name
    for name in "$library.so" "$library.so.${version%.*}"; do
        [ -L "$name" ] || fail "expected the symbolic link $name"
        [ "$(readlink -f "$name")" = "$(readlink -f "$library.so.$version")" ] ||
            fail "expected $name to lead to $library.so.$version, found $(readlink -f "$name")"
    done
}

exported_symbols() {
    LC_ALL=C nm -D --defined-only "$1" | awk '{ print $NF }'
}

check_symbols() {
    local library=$1 count others
    count=$(exported_symbols "$library" | grep -c '^promlet_' || true)
    others=$(exported_symbols "$library" | grep -v '^promlet_' || true)
    [ -z "$others" ] || fail "expected $library to export promlet_ names only, found:" "$others"
    [ "$count" -gt 0 ] || fail "expected $library to export promlet_ names, found none"
}

# check_exported_once LIBRARY...: a program that links several knows whose function it calls.
check_exported_once() {
    local library twice
    twice=$(for library in "$@"; do exported_symbols "$library"; done | sort | uniq -d)
    [ -z "$twice" ] || fail "expected one library to export each name, found more of:" "$twice"
}

# Every name that a library uses is in it or in a library that it names.
check_complete() {
    local found
    found=$(LC_ALL=C ldd -r "$1" 2>&1 | grep -E 'undefined symbol|not found' || true)
    [ -z "$found" ] || fail "expected nothing to be missing for $1, found:" "$found"
}

# check_declared INCLUDE_DIR LIBRARY...: what the headers declare is in the libraries.
check_declared() {
    local include=$1 declared exported missing
    shift
    declared=$(cat "$include"/promlet/*.h | tr '\n' ' ' | grep -o 'PROMLET_API [^;]*;' |
        grep -oE '\bpromlet_[a-z0-9_]+\(' | tr -d '(' | sort -u)
    exported=$(for library in "$@"; do exported_symbols "$library"; done | sort -u)
    [ -n "$declared" ] || fail "expected functions with PROMLET_API in $include/promlet"
    missing=$(comm -23 <(echo "$declared") <(echo "$exported"))
    [ -z "$missing" ] || fail "expected these functions of the headers in the libraries:" "$missing"
}

# Nothing runs when a library is loaded or unloaded: the compiler's own start and end code is one
# pointer each.
check_constructors() {
    local file=$1 most=$2 name size
    while read -r name size; do
        [ "$((16#$size))" -le "$most" ] ||
            fail "expected at most $most bytes of $name in $file, found $((16#$size))"
    done < <(LC_ALL=C readelf -SW "$file" | sed 's/^ *\[[ 0-9]*\]//' |
        awk '$1 ~ /^\.(preinit_array|init_array|fini_array|ctors|dtors)/ { print $1, $5 }')
}

# The run-time path is empty or the library's own folder.
check_runpath() {
    local found
    found=$(dynamic_entries RUNPATH "$1"; dynamic_entries RPATH "$1")
    [ -z "$found" ] || [ "$found" = "\$ORIGIN" ] ||
        fail "expected no run-time path in $1 but \$ORIGIN, found $found"
}

# check_paths PREFIX PATH...: no installed text names one of these folders.
check_paths() {
    local prefix=$1 path found
    shift
    for path in "$@"; do
        found=$(grep -rIlF -e "$path" "$prefix" || true)
        [ -z "$found" ] || fail "expected no file to name $path, found:" "$found"
    done
}

# check_form PROGRAM shared|static LIBRARY...: the program needs these libraries, or none of them.
check_form() {
    local program=$1 form=$2 library found
    shift 2
    for library in "$@"; do
        found=static
        if dynamic_entries NEEDED "$program" | grep -qx "$library\.so\.[0-9.]*"; then
            found=shared
        fi
        [ "$found" = "$form" ] || fail "expected $library in $program to be $form, found $found"
    done
}

# build_consumer NAME FOLDER CMAKE_ARGUMENT...: builds a copy of the folder in $temp/NAME.
build_consumer() {
    local name=$1 folder=$2
    shift 2
    cp -R "$here" "$temp/$name.sources"
    cmake -S "$temp/$name.sources/$folder" -B "$temp/$name" -DCMAKE_BUILD_TYPE=Debug \
        -DCMAKE_C_FLAGS="$c_warnings" -DCMAKE_CXX_FLAGS="$warnings" "$@"
    cmake --build "$temp/$name" --parallel 2
}

# check_consumer NAME FOLDER FORM LIBRARIES CMAKE_ARGUMENT...: a consumer by find_package in $prefix
# builds, links LIBRARIES (words) in FORM, and runs.
check_consumer() {
    local name=$1 folder=$2 form=$3 libraries=$4
    shift 4
    build_consumer "$name" "$folder" -DCMAKE_PREFIX_PATH="$prefix" "$@"
    check_form "$temp/$name/program" "$form" $libraries
    "$temp/$name/program"
}

# check_refused REQUEST MESSAGE CMAKE_ARGUMENT...: find_package fails, and says MESSAGE.
check_refused() {
    local request=$1 message=$2 output
    shift 2
    rm -rf "$temp/request"
    if output=$(cmake -S "$here/request" -B "$temp/request" -DCMAKE_PREFIX_PATH="$prefix" \
        -DREQUEST="$request" "$@" 2>&1); then
        fail "expected find_package to refuse $request, found it accepted"
    fi
    output=$(tr -s ' \n' ' ' <<<"$output")
    [[ $output == *"$message"* ]] ||
        fail "expected the refusal of $request to say: $message" "found: $output"
}

check_files() {
    local prefix=$1 expected=$2 found
    found=$(cd "$prefix" && find . -type f | sort)
    [ "$found" = "$expected" ] || fail "expected $prefix to hold only $expected, found:" "$found"
}

# check_subproject SOURCE_DIR: a host project takes promlet in, and gets its libraries only.
check_subproject() {
    build_consumer subproject subproject -DPROMLET_SOURCE="$1"
    "$temp/subproject/program"
    cmake --install "$temp/subproject" --prefix "$temp/subproject.prefix"
    check_files "$temp/subproject.prefix" ./bin/program
}
