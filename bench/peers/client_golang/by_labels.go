// SPDX-License-Identifier: Apache-2.0
package main

// The workloads that find the series of each operation by its labels. Each has a loop of its own:
// shared by way of an interface or a variable, it would have calls that Go cannot inline.

// createAll has the client create the series that are found by labels.
func createAll[S any](create func(...string) S) []S {
	var all []S
	for i := 0; i < seriesCount; i++ {
		id := identityAt(i)
		all = append(all, create(id.system, id.database, id.collection, id.operation, id.errorType))
	}
	return all
}

func (j *job) counterBy() outcome {
	vec := j.newCounters(labelNames...)
	createAll(vec.WithLabelValues)
	return j.measure(foundBurst, func(int) recorder {
		return func(at, size int) {
			for end := at + size; at < end; at++ {
				id := &j.rings.identities[at&ringMask]
				vec.WithLabelValues(id.system, id.database, id.collection, id.operation,
					id.errorType).Inc()
			}
		}
	})
}

func (j *job) gaugeBy() outcome {
	vec := j.newGauges(labelNames...)
	createAll(vec.WithLabelValues)
	return j.measure(foundBurst, func(int) recorder {
		return func(at, size int) {
			for end := at + size; at < end; at++ {
				id := &j.rings.identities[at&ringMask]
				vec.WithLabelValues(id.system, id.database, id.collection, id.operation,
					id.errorType).Set(j.rings.values[at&ringMask])
			}
		}
	})
}

func (j *job) histogramBy(bounds []float64) outcome {
	vec := j.newHistograms("recorded", bounds, labelNames...)
	createAll(vec.WithLabelValues)
	return j.measure(foundBurst, func(int) recorder {
		return func(at, size int) {
			for end := at + size; at < end; at++ {
				id := &j.rings.identities[at&ringMask]
				vec.WithLabelValues(id.system, id.database, id.collection, id.operation,
					id.errorType).Observe(j.rings.values[at&ringMask])
			}
		}
	})
}

func (j *job) summaryBy() outcome {
	vec := j.newSummaries(labelNames...)
	createAll(vec.WithLabelValues)
	return j.measure(foundBurst, func(int) recorder {
		return func(at, size int) {
			for end := at + size; at < end; at++ {
				id := &j.rings.identities[at&ringMask]
				vec.WithLabelValues(id.system, id.database, id.collection, id.operation,
					id.errorType).Observe(j.rings.values[at&ringMask])
			}
		}
	})
}
