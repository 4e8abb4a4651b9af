// SPDX-License-Identifier: Apache-2.0
package main

// What the threads record, as bench/README.md defines it.

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"strings"
)

const (
	ringSize = 16384
	ringMask = ringSize - 1
	ringStep = 2048
)

var (
	bounds9  = []float64{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10}
	bounds20 = []float64{0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2,
		0.5, 1, 2, 5, 10, 20, 30, 40, 50}
	labelNames = []string{"db_system_name", "db_namespace", "db_collection_name",
		"db_operation_name", "error_type"}
	operations = [...]string{"put", "get", "select", "exists", "remove", "touch", "append", "prepend",
		"increment", "operate", "batch_read", "batch_operate", "batch_remove", "query", "scan"}
	errorTypes = [...]string{"", "Timeout", "Connection", "KeyNotFoundError", "KeyExistsError",
		"GenerationError", "FilteredOut", "InvalidArgument"}
)

const seriesCount = len(operations) * len(errorTypes)

// identity holds the values of the five labels of one series.
type identity struct {
	system, database, collection, operation, errorType string
}

// identityAt makes strings that nobody else holds.
func identityAt(index int) identity {
	return identity{
		system:     strings.Clone("aerospike"),
		database:   strings.Clone("test"),
		collection: strings.Clone("users"),
		operation:  strings.Clone(operations[index/len(errorTypes)]),
		errorType:  strings.Clone(errorTypes[index%len(errorTypes)]),
	}
}

// rings are what the threads record, drawn beforehand.
type rings struct {
	values     [ringSize]float64
	identities [ringSize]identity
}

func newRings() *rings {
	state := uint64(88172645463325252)
	next := func() uint64 {
		state ^= state >> 12
		state ^= state << 25
		state ^= state >> 27
		return state * 2685821657736338717
	}
	low, high := math.Log(1e-5), math.Log(20)
	r := new(rings)
	for i := range r.values {
		r.values[i] = math.Exp(low + math.Ldexp(float64(next()>>11), -53)*(high-low))
	}
	for i := range r.identities {
		r.identities[i] = identityAt(int(next() % uint64(seriesCount)))
	}
	return r
}

// checksum is that of bench/README.md, by FNV-1a.
func (r *rings) checksum() uint64 {
	sum := fnv.New64a()
	for _, numbers := range [][]float64{bounds9, bounds20, r.values[:]} {
		for _, number := range numbers {
			var bytes [8]byte
			binary.LittleEndian.PutUint64(bytes[:], uint64(number*1e9+0.5))
			sum.Write(bytes[:])
		}
	}
	for _, name := range labelNames {
		sum.Write([]byte(name + "\x00"))
	}
	for _, id := range r.identities {
		for _, value := range []string{id.system, id.database, id.collection, id.operation, id.errorType} {
			sum.Write([]byte(value + "\x00"))
		}
	}
	return sum.Sum64()
}
