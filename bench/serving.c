/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the arguments, and waits for the end. */
#include "serving.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const bench_shape *bench_serving_shape(int argc, char **argv)
{
    if (argc != 2 || strncmp(argv[1], "serve_", strlen("serve_")) != 0) {
        fputs("usage: PROGRAM serve_SHAPE\n", stderr);
        exit(1);
    }
    bench_streams_draw();
    const bench_shape *shape = bench_shape_of(argv[1]);
    if (shape == NULL) {
        fprintf(stderr, "no such shape: %s\n", argv[1]);
        exit(3);
    }
    return shape;
}

void bench_serve_until_told(int port)
{
    printf("%d\n", port);
    fflush(stdout);
    while (getchar() != EOF) {
    }
}
