// SPDX-License-Identifier: Apache-2.0
package main

// The workloads that gather and encode a whole registry again and again.

import (
	"bytes"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	operationsMetric = "cluster_operations_total"
	durationMetric   = "cluster_operation_duration_seconds"
	observations     = 20
	recordedSeries   = 1000
)

var shortNames = []string{"node", "namespace", "operation"}

// shape is a registry that is encoded.
type shape struct {
	metric string
	names  []string
	count  int
	lines  int // of a series
}

var shapes = map[string]shape{
	"h120":          {"db_client_operation_duration_seconds", labelNames, seriesCount, 12},
	"counter1k":     {operationsMetric, shortNames, 1000, 1},
	"counter10k":    {operationsMetric, shortNames, 10000, 1},
	"counter100k":   {operationsMetric, shortNames, 100000, 1},
	"counter1m":     {operationsMetric, shortNames, 1000000, 1},
	"histogram10k":  {durationMetric, shortNames, 10000, 12},
	"histogram100k": {durationMetric, shortNames, 100000, 12},
}

func (s *shape) labels(series int) []string {
	if len(s.names) == len(labelNames) {
		id := identityAt(series)
		return []string{id.system, id.database, id.collection, id.operation, id.errorType}
	}
	return []string{fmt.Sprintf("node-%04d", series/1000), fmt.Sprintf("ns-%02d", series/10%100),
		fmt.Sprintf("op-%d", series%10)}
}

// fill makes the series, and returns what records on the first of them.
func (j *job) fill(s *shape) func() {
	if s.lines == 1 {
		vec := prometheus.NewCounterVec(prometheus.CounterOpts{Name: s.metric, Help: "-"}, s.names)
		j.registry.MustRegister(vec)
		var kept []prometheus.Counter
		for i := 0; i < s.count; i++ {
			kept = append(kept, vec.WithLabelValues(s.labels(i)...))
			kept[i].Add(float64(i * 7919 % 1000003))
		}
		return func() {
			for i := 0; i < recordedSeries; i++ {
				kept[i*len(kept)/recordedSeries].Inc()
			}
		}
	}
	vec := j.newHistograms(s.metric, bounds9, s.names...)
	var kept []prometheus.Observer
	for i := 0; i < s.count; i++ {
		kept = append(kept, vec.WithLabelValues(s.labels(i)...))
		start := i * observations % (ringSize - observations)
		for _, value := range j.rings.values[start : start+observations] {
			kept[i].Observe(value)
		}
	}
	return func() {
		for i := 0; i < recordedSeries; i++ {
			kept[i*len(kept)/recordedSeries].Observe(j.rings.values[i])
		}
	}
}

// runScrape prints how many lines were encoded in which time.
func (j *job) runScrape(name string) bool {
	isRecorded := strings.HasSuffix(name, "_recorded")
	s, isKnown := shapes[strings.TrimSuffix(name, "_recorded")]
	if !isKnown {
		return false
	}
	record := j.fill(&s)
	var isStopping atomic.Bool
	stopped := make(chan struct{})
	go func() {
		for isRecorded && !isStopping.Load() {
			record()
		}
		close(stopped)
	}()
	var out bytes.Buffer
	j.encode(&out)
	if got := bytes.Count(out.Bytes(), []byte("\n"+s.metric)); got != s.count*s.lines {
		fail(1, fmt.Sprintf("encodes %d lines instead of %d", got, s.count*s.lines))
	}
	operations, start := 0, time.Now()
	for operations == 0 || time.Since(start) < j.length {
		j.encode(&out)
		operations += s.count * s.lines
	}
	fmt.Println(operations, time.Since(start).Nanoseconds())
	isStopping.Store(true)
	<-stopped
	fmt.Printf("note: a document of %d bytes\n", out.Len())
	return true
}
