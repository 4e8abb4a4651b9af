# SPDX-License-Identifier: Apache-2.0
# Makes one C file of the landing page: its HTML with style and script within, and the policy that
# allows these two and nothing else.
#
# usage: cmake -D SOURCE=src/page -D OUTPUT=page_bytes.c -P embed_page.cmake
#
# Left out of what is served: indentation, lines that are comments as a whole, and blanks in a style
# behind punctuation. So no line may begin within a string.
cmake_minimum_required(VERSION 3.21)

set(scripts document distribution format values chart family page)

# A style or script as it is served.
function(read_source file result)
    file(READ "${SOURCE}/${file}" text)
    string(REGEX REPLACE "(^|\n)[ ]+" "\\1" text "${text}")
    string(REGEX REPLACE "(^|\n)(//|/\\* )[^\n]*" "\\1" text "${text}")
    string(REGEX REPLACE "\n\n+" "\n" text "${text}")
    set(${result} "${text}" PARENT_SCOPE)
endfunction()

# How a content security policy names a text: the base64 form of its SHA-256.
function(hash_source text result)
    string(SHA256 hash "${text}")
    set(alphabet ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/)
    set(base64)
    foreach(at RANGE 0 60 6) # six digits are three bytes, and four letters
        string(SUBSTRING "${hash}0000" ${at} 6 digits)
        foreach(shift 18 12 6 0)
            math(EXPR letter "(0x${digits} >> ${shift}) & 63")
            string(SUBSTRING "${alphabet}" ${letter} 1 letter)
            string(APPEND base64 "${letter}")
        endforeach()
    endforeach()
    string(SUBSTRING "${base64}" 0 43 base64) # 32 bytes
    set(${result} "'sha256-${base64}='" PARENT_SCOPE)
endfunction()

# An array of bytes, appended to the output.
function(append_bytes name text)
    string(HEX "${text}" bytes)
    string(REGEX REPLACE "(................................)" "\\1\n    " bytes "${bytes}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
    file(APPEND "${OUTPUT}.new" "\nstatic const unsigned char ${name}[] = {\n    ${bytes}};\n")
endfunction()

read_source(page.css style)
string(REGEX REPLACE "([:;,{}]) " "\\1" style "${style}")
set(script)
foreach(name IN LISTS scripts)
    read_source(${name}.js text)
    string(APPEND script "${text}")
endforeach()
hash_source("${style}" style_hash)
hash_source("${script}" script_hash)

file(READ "${SOURCE}/page.html" page)
string(REPLACE "@STYLE@" "${style}" page "${page}")
string(REPLACE "@SCRIPT@" "${script}" page "${page}")
string(FIND "${page}" "@METRICS_PATH@" at)
string(SUBSTRING "${page}" 0 ${at} head)
string(SUBSTRING "${page}" ${at} -1 tail)
string(REPLACE "@METRICS_PATH@" "" tail "${tail}")

file(WRITE "${OUTPUT}.new" "/* Made by cmake/embed_page.cmake. */
#include \"server/page.h\"
")
append_bytes(head "${head}")
append_bytes(tail "${tail}")
file(APPEND "${OUTPUT}.new" "
const pml_server_page_source pml_server_page_made = {
    .head = head,
    .head_size = sizeof head,
    .tail = tail,
    .tail_size = sizeof tail,
    .policy = \"default-src 'none'; script-src ${script_hash}; style-src ${style_hash}; \"
              \"connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; \"
              \"frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'\",
};
")
file(RENAME "${OUTPUT}.new" "${OUTPUT}")
