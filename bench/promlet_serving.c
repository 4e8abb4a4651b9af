/* SPDX-License-Identifier: Apache-2.0 */
/* promlet's endpoint, with its defaults but for one: all clients have one address here. */
#include "promlet_encoding.h"
#include "serving.h"

#include <promlet/promlet.h>
#include <promlet/server.h>

#include <stdio.h>

int main(int argc, char **argv)
{
    const bench_shape *shape = bench_serving_shape(argc, argv);
    promlet_registry *registry = promlet_registry_new();
    promlet_server *server;
    encoding_fill(registry, shape);
    if (promlet_server_start(
            &(promlet_server_opts){
                .registry = registry,
                .max_connections_per_address = BENCH_CONNECTIONS,
            },
            &server) != PROMLET_OK) {
        fprintf(stderr, "promlet: %s\n", promlet_last_error());
        return 1;
    }
    bench_serve_until_told(promlet_server_port(server));
    promlet_server_stop(server);
    promlet_registry_free(registry);
    return 0;
}
