/* SPDX-License-Identifier: Apache-2.0 */
/* What the programs have in common that serve a document over HTTP; README.md has the protocol. */
#ifndef BENCH_SERVING_H
#define BENCH_SERVING_H

#include "shapes.h"

/* As many connections as the benchmark opens at once. */
enum { BENCH_CONNECTIONS = 64 };

/* What the arguments say to serve. Exits when they don't. */
const bench_shape *bench_serving_shape(int argc, char **argv);

/* Prints the port, and returns when standard input ends. */
void bench_serve_until_told(int port);

#endif
