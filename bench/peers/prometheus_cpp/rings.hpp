// SPDX-License-Identifier: Apache-2.0
/* What the threads record, as bench/README.md defines it. Knows nothing of the client. */
#ifndef PROMLET_BENCH_PEERS_RINGS_HPP
#define PROMLET_BENCH_PEERS_RINGS_HPP

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

inline constexpr size_t ring_size = 16384;
inline constexpr size_t ring_step = 2048;

inline const std::vector<double> bounds9{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10};
inline const std::vector<double> bounds20{0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01,
                                          0.02,   0.05,   0.1,    0.2,   0.5,   1,     2,
                                          5,      10,     20,     30,    40,    50};
inline constexpr std::array label_names{"db_system_name", "db_namespace", "db_collection_name",
                                        "db_operation_name", "error_type"};
inline constexpr std::array operations{"put",          "get",     "select",     "exists",
                                       "remove",       "touch",   "append",     "prepend",
                                       "increment",    "operate", "batch_read", "batch_operate",
                                       "batch_remove", "query",   "scan"};
inline constexpr std::array errors{"",
                                   "Timeout",
                                   "Connection",
                                   "KeyNotFoundError",
                                   "KeyExistsError",
                                   "GenerationError",
                                   "FilteredOut",
                                   "InvalidArgument"};
inline constexpr size_t series_count = operations.size() * errors.size();

/* The values of the five labels of one series. */
struct Identity {
    std::string system, database, collection, operation, error;
};

inline Identity identity_at(size_t index)
{
    return {"aerospike", "test", "users", operations[index / errors.size()],
            errors[index % errors.size()]};
}

/* What the threads record, drawn beforehand. */
struct Rings {
    std::vector<double> values;
    std::vector<Identity> identities;

    Rings()
    {
        uint64_t state = 88172645463325252U;
        auto next = [&state] {
            state ^= state >> 12;
            state ^= state << 25;
            state ^= state >> 27;
            return state * 2685821657736338717U;
        };
        const double low = std::log(1e-5), high = std::log(20.0);
        for (size_t i = 0; i < ring_size; i++) {
            values.push_back(std::exp(low + std::ldexp(next() >> 11, -53) * (high - low)));
        }
        for (size_t i = 0; i < ring_size; i++) {
            identities.push_back(identity_at(next() % series_count));
        }
    }

    /* That of bench/README.md, by FNV-1a. */
    uint64_t checksum() const
    {
        uint64_t sum = 14695981039346656037U;
        auto add_byte = [&sum](uint64_t byte) { sum = (sum ^ byte) * 1099511628211U; };
        auto add_string = [&add_byte](const std::string &string) {
            for (unsigned char byte : string) {
                add_byte(byte);
            }
            add_byte(0);
        };
        for (const auto *numbers : {&bounds9, &bounds20, &values}) {
            for (double number : *numbers) {
                const auto billionths = static_cast<uint64_t>(number * 1e9 + 0.5);
                for (unsigned shift = 0; shift < 64; shift += 8) {
                    add_byte(billionths >> shift & 255);
                }
            }
        }
        for (const char *name : label_names) {
            add_string(name);
        }
        for (const auto &id : identities) {
            for (const auto *value :
                 {&id.system, &id.database, &id.collection, &id.operation, &id.error}) {
                add_string(*value);
            }
        }
        return sum;
    }
};

#endif
