// SPDX-License-Identifier: Apache-2.0
/* The endpoint: the client's exposer. A thread of it serves one connection as long as that is kept,
   so it gets one for each that the benchmark opens, instead of two. Connections are kept, and
   without delays by TCP: it writes header and body one by one, and would wait for 40 ms in between
   for a client that acknowledges late. */
#ifndef PROMLET_BENCH_PEERS_SERVING_HPP
#define PROMLET_BENCH_PEERS_SERVING_HPP

#include "encoding.hpp"

#include <iostream>
#include <string>
#include <vector>

#include <prometheus/exposer.h>

/* Prints the port, and answers until standard input ends. Returns false if there is no such
   workload. */
inline bool run_serve(const std::string &workload)
{
    const std::string begin = "serve_";
    const auto shape =
        workload.starts_with(begin) ? shape_of(workload.substr(begin.size())) : std::nullopt;
    if (!shape) {
        return false;
    }
    const Encoded encoded(*shape);
    prometheus::Exposer exposer(std::vector<std::string>{"listening_ports", "127.0.0.1:0",
                                                         "num_threads", "64", "enable_keep_alive",
                                                         "yes", "tcp_nodelay", "1"});
    exposer.RegisterCollectable(encoded.collectable());
    std::cout << exposer.GetListeningPorts().at(0) << std::endl;
    while (std::cin.get() != std::cin.eof()) {
    }
    return true;
}

#endif
