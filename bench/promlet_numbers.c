/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How promlet turns a double into its text. No public function does this and nothing else, so this
 * program alone is not made of the installed library: CMakeLists.txt compiles src/base/number.c
 * into it.
 */
#include "base/number.h"
#include "numbers.h"

static char *format_all(const double *values, size_t count, char *out)
{
    for (size_t i = 0; i < count; i++) {
        out += pml_format_double(values[i], out);
        *out++ = '\n';
    }
    return out;
}

int main(int argc, char **argv)
{
    static const bench_formatter formatters[] = {{"promlet", format_all}, {NULL, NULL}};
    return bench_numbers_main(argc, argv, formatters);
}
