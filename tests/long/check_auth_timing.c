/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks for a difference in how long the server takes to tell credentials that are wrong from the
 * first byte on from such that are wrong in the last byte only, by Welch's t-test over calls in
 * random order. For after a change of server/auth_secret.c, with nothing else to do for the
 * machine:
 *
 *   cmake --preset release && cmake --build --preset release --target check_auth_timing
 *   build/release/tests/check_auth_timing
 *
 * usage: check_auth_timing [CALLS]
 * Ends with 1 when |t| is 4.5 or more, for a secret of any size that is tried. A comparison that
 * ends at the first difference is measured in the same way, and must be found out.
 */
#include "server/auth_secret.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DEFAULT_CALLS 400000
#define LIMIT 4.5

/* The slowest calls were interrupted. Of both classes those above one bound are left out. */
#define KEPT 0.9

typedef bool compare_fn(const char *shown, size_t size);

static pml_server_secret secret;
static char *plain;
static volatile bool sink;

static bool compare_secret(const char *shown, size_t size)
{
    return pml_server_secret_equals(&secret, shown, size);
}

/* What nobody should write. */
static bool compare_to_first_difference(const char *shown, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (plain[i] != shown[i]) {
            return false;
        }
    }
    return true;
}

typedef struct call {
    double ns;
    bool is_late; /* Wrong in the last byte. */
} call;

static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int order(const void *a, const void *b)
{
    double first = ((const call *)a)->ns;
    double second = ((const call *)b)->ns;
    return (first > second) - (first < second);
}

/* Both classes are made in one place, by the same writes: two places would differ in how fast they
   can be read. */
static void measure(compare_fn *compare, size_t size, call *calls, size_t count)
{
    char *shown = malloc(size);
    if (shown == NULL) {
        abort();
    }
    memcpy(shown, plain, size);
    for (size_t i = 0; i < count; i++) {
        int is_late = random() & 1;
        shown[0] = (char)(plain[0] ^ !is_late);
        shown[size - 1] = (char)(plain[size - 1] ^ is_late);
        double start = now_ns();
        sink = compare(shown, size);
        calls[i] = (call){now_ns() - start, is_late != 0};
    }
    free(shown);
}

/* Of one class, among the calls that are kept. */
typedef struct moments {
    double count;
    double mean;
    double variance;
} moments;

static moments moments_of(const call *calls, size_t count, bool is_late)
{
    moments found = {0, 0, 0};
    double squares = 0;
    for (size_t i = 0; i < count; i++) {
        if (calls[i].is_late == is_late) {
            double step = calls[i].ns - found.mean;
            found.count++;
            found.mean += step / found.count;
            squares += step * (calls[i].ns - found.mean);
        }
    }
    found.variance = squares / (found.count - 1);
    return found;
}

static double t_of(compare_fn *compare, const char *name, size_t size, size_t count)
{
    call *calls = malloc(count * sizeof *calls);
    if (calls == NULL) {
        abort();
    }
    measure(compare, size, calls, count);
    qsort(calls, count, sizeof *calls, order);
    size_t kept = (size_t)((double)count * KEPT);
    moments early = moments_of(calls, kept, false);
    moments late = moments_of(calls, kept, true);
    double t =
        (late.mean - early.mean) / sqrt(late.variance / late.count + early.variance / early.count);
    printf("%-26s %5zu bytes: %8.1f ns wrong at first, %8.1f ns wrong at last, t = %.2f\n", name,
           size, early.mean, late.mean, t);
    free(calls);
    return fabs(t);
}

int main(int argument_count, char **arguments)
{
    static const size_t sizes[] = {8, 64, 1024, PML_SERVER_SECRET_BYTES};
    size_t count = argument_count > 1 ? strtoul(arguments[1], NULL, 10) : DEFAULT_CALLS;
    bool is_good = true;
    plain = malloc(PML_SERVER_SECRET_BYTES);
    if (plain == NULL) {
        abort();
    }
    for (size_t i = 0; i < PML_SERVER_SECRET_BYTES; i++) {
        plain[i] = (char)('a' + random() % 26);
    }
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        (void)pml_server_secret_set(&secret, plain, sizes[i]);
        is_good &= t_of(compare_secret, "pml_server_secret_equals()", sizes[i], count) < LIMIT;
    }
    is_good &= t_of(compare_to_first_difference, "to the first difference", 64, count) >= LIMIT;
    puts(is_good ? "check_auth_timing: no difference is seen" : "check_auth_timing: FAILED");
    free(plain);
    return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}
