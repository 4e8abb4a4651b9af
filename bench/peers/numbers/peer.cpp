// SPDX-License-Identifier: Apache-2.0
/*
 * The routines of Debian that turn a double into its shortest text, each called in the way that is
 * its fastest; of an integer, also what is written when its type says that it is one. And snprintf
 * with 17 digits, which is what a C program has without them.
 */
extern "C" {
#include "../../numbers.h"
}

#include <charconv>
#include <cstdio>
#include <double-conversion/double-conversion.h>
#include <dragonbox/dragonbox_to_chars.h>
#include <fmt/compile.h>

namespace
{

/* A line for each value; write(value, to) returns the end of the value's text. */
template <typename Write> char *lines(const double *values, size_t count, char *out, Write write)
{
    for (size_t i = 0; i < count; i++) {
        out = write(values[i], out);
        *out++ = '\n';
    }
    return out;
}

/* Always with an exponent. */
char *with_dragonbox(const double *values, size_t count, char *out)
{
    return lines(values, count, out,
                 [](double value, char *to) { return jkj::dragonbox::to_chars_n(value, to); });
}

char *with_double_conversion(const double *values, size_t count, char *out)
{
    const auto &converter = double_conversion::DoubleToStringConverter::EcmaScriptConverter();
    return lines(values, count, out, [&](double value, char *to) {
        double_conversion::StringBuilder builder(to, BENCH_NUMBER_ROOM);
        converter.ToShortest(value, &builder);
        return to + builder.position();
    });
}

char *with_fmt(const double *values, size_t count, char *out)
{
    return lines(values, count, out, [](double value, char *to) {
        return fmt::format_to(to, FMT_COMPILE("{}"), value);
    });
}

char *with_snprintf(const double *values, size_t count, char *out)
{
    return lines(values, count, out, [](double value, char *to) {
        return to + std::snprintf(to, BENCH_NUMBER_ROOM, "%.17g", value);
    });
}

char *with_to_chars(const double *values, size_t count, char *out)
{
    return lines(values, count, out, [](double value, char *to) {
        return std::to_chars(to, to + BENCH_NUMBER_ROOM, value).ptr;
    });
}

char *with_to_chars_u64(const double *values, size_t count, char *out)
{
    return lines(values, count, out, [](double value, char *to) {
        return std::to_chars(to, to + BENCH_NUMBER_ROOM, static_cast<uint64_t>(value)).ptr;
    });
}

} // namespace

int main(int argc, char **argv)
{
    static const bench_formatter formatters[] = {
        {"dragonbox", with_dragonbox},
        {"double_conversion", with_double_conversion},
        {"fmt", with_fmt},
        {"snprintf", with_snprintf},
        {"to_chars", with_to_chars},
        {"to_chars_u64", with_to_chars_u64},
        {nullptr, nullptr},
    };
    return bench_numbers_main(argc, argv, formatters);
}
