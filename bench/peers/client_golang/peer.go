// SPDX-License-Identifier: Apache-2.0

// This program drives client_golang through the workloads of bench/README.md.
//
// Series are kept as the Counter, Gauge or Observer that WithLabelValues returns. Counters are
// incremented with Inc, which takes the client's integer path. The calls by labels pass separate
// strings to WithLabelValues, as code does that has them in variables. The summary has no
// objectives, for which the client has a lock-free form. Memory is measured after FreeOSMemory, so
// it is what the series need and not the room that the collector lets the heap grow into.
package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
)

const (
	keptBurst  = 4096 // operations between two looks at the flag that says stop, by handle
	foundBurst = 512  // and by labels, which take far longer
)

// job says how one workload is to be run, and on what.
type job struct {
	threads  int
	isShared bool
	length   time.Duration
	rings    *rings
	registry *prometheus.Registry
	note     string
}

type outcome struct {
	measured int
	wall     time.Duration
	all      int // with what was recorded before and after the measured time
}

// progress is what one thread has recorded so far, on cache lines of its own.
type progress struct {
	operations atomic.Int64
	_          [120]byte
}

func sum(threads []progress) int {
	operations := 0
	for i := range threads {
		operations += int(threads[i].operations.Load())
	}
	return operations
}

// recorder records size times, from a place in the rings on. It is a whole burst, so that calling
// it through a variable, which Go cannot inline, costs nothing.
type recorder func(at, size int)

// measure has all threads record at once, and counts what they do in the time after the warm-up.
func (j *job) measure(burst int, prepare func(thread int) recorder) outcome {
	var isStopping atomic.Bool
	var ready, done sync.WaitGroup
	threads := make([]progress, j.threads)
	work := func(thread int, record recorder) {
		ready.Done()
		ready.Wait()
		// At least once, however short of CPUs the machine is.
		for at, isLast := thread*ringStep, false; !isLast; at += burst {
			record(at, burst)
			threads[thread].operations.Add(int64(burst))
			isLast = isStopping.Load()
		}
		done.Done()
	}
	ready.Add(j.threads)
	done.Add(j.threads)
	for thread := range threads {
		go work(thread, prepare(thread))
	}
	ready.Wait()
	time.Sleep(j.length / 10)
	before, start := sum(threads), time.Now()
	time.Sleep(j.length)
	measured, wall := sum(threads)-before, time.Since(start)
	isStopping.Store(true)
	done.Wait()
	return outcome{measured, wall, sum(threads)}
}

// byHandle has each thread find its series once and keep it.
func byHandle[S any](j *job, find func(...string) S,
	record func(series S, at, size int)) outcome {
	return j.measure(keptBurst, func(thread int) recorder {
		if j.isShared {
			thread = 0
		}
		series := find(strconv.Itoa(thread))
		return func(at, size int) { record(series, at, size) }
	})
}

func (j *job) newCounters(labels ...string) *prometheus.CounterVec {
	vec := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "recorded", Help: "-"}, labels)
	j.registry.MustRegister(vec)
	return vec
}

func (j *job) newGauges(labels ...string) *prometheus.GaugeVec {
	vec := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "recorded", Help: "-"}, labels)
	j.registry.MustRegister(vec)
	return vec
}

func (j *job) newSummaries(labels ...string) *prometheus.SummaryVec {
	vec := prometheus.NewSummaryVec(prometheus.SummaryOpts{Name: "recorded", Help: "-"}, labels)
	j.registry.MustRegister(vec)
	return vec
}

func (j *job) newHistograms(name string, bounds []float64,
	labels ...string) *prometheus.HistogramVec {
	opts := prometheus.HistogramOpts{Name: name, Help: "-", Buckets: bounds}
	vec := prometheus.NewHistogramVec(opts, labels)
	j.registry.MustRegister(vec)
	return vec
}

func (j *job) counter() outcome {
	find := j.newCounters("thread").WithLabelValues
	return byHandle(j, find, func(series prometheus.Counter, _, size int) {
		for ; size > 0; size-- {
			series.Inc()
		}
	})
}

func (j *job) gauge() outcome {
	find := j.newGauges("thread").WithLabelValues
	return byHandle(j, find, func(series prometheus.Gauge, at, size int) {
		for end := at + size; at < end; at++ {
			series.Set(j.rings.values[at&ringMask])
		}
	})
}

// observe drives histograms and summaries, which the client keeps behind the same interface.
func (j *job) observe(vec prometheus.ObserverVec) outcome {
	return byHandle(j, vec.WithLabelValues, func(series prometheus.Observer, at, size int) {
		for end := at + size; at < end; at++ {
			series.Observe(j.rings.values[at&ringMask])
		}
	})
}

func (j *job) histogram9() outcome {
	return j.observe(j.newHistograms("recorded", bounds9, "thread"))
}

func (j *job) histogram20() outcome {
	return j.observe(j.newHistograms("recorded", bounds20, "thread"))
}

func (j *job) summary() outcome {
	return j.observe(j.newSummaries("thread"))
}

func (j *job) timed() outcome {
	find := j.newHistograms("recorded", bounds9, "thread").WithLabelValues
	return byHandle(j, find, func(series prometheus.Observer, _, size int) {
		for ; size > 0; size-- {
			prometheus.NewTimer(series).ObserveDuration()
		}
	})
}

// encode writes the whole registry as text, as the client's HTTP handler does.
func (j *job) encode(out *bytes.Buffer) {
	families, err := j.registry.Gather()
	check(err)
	out.Reset()
	encoder := expfmt.NewEncoder(out, expfmt.FmtText)
	for _, family := range families {
		check(encoder.Encode(family))
	}
}

// scraped runs a workload while one more thread encodes.
func (j *job) scraped(workload func() outcome) outcome {
	vec := j.newHistograms("scraped", bounds9, labelNames...)
	for _, series := range createAll(vec.WithLabelValues) {
		for _, value := range j.rings.values[:20] {
			series.Observe(value)
		}
	}

	var isStopped atomic.Bool
	report := make(chan string)
	go func() {
		scrapes := 0
		var out bytes.Buffer
		for ; !isStopped.Load(); scrapes++ {
			j.encode(&out)
		}
		report <- fmt.Sprintf("note: %d scrapes of %d bytes\n", scrapes, out.Len())
	}()
	result := workload()
	isStopped.Store(true)
	j.note = <-report
	return result
}

// checkRecords compares what the registry holds with what was recorded: as many records, or, of
// gauges, values of the ring, but for so many gauges that no thread may have come to.
func (j *job) checkRecords(workload string, operations int) {
	isGauge, unset, unsetAllowed := strings.HasPrefix(workload, "gauge"), 0, 0
	if workload == "gauge_by" {
		unsetAllowed = seriesCount - 1
	}
	families, err := j.registry.Gather()
	check(err)
	wasSet := make(map[float64]bool)
	for _, value := range j.rings.values {
		wasSet[value] = true
	}
	total := 0
	for _, family := range families {
		if family.GetName() != "recorded" {
			continue
		}
		for _, series := range family.GetMetric() {
			value := series.GetGauge().GetValue()
			if isGauge && value == 0 && unset < unsetAllowed {
				unset++
			} else if isGauge && !wasSet[value] {
				fail(1, "a gauge holds a value that was never set")
			}
			total += int(series.GetCounter().GetValue()) +
				int(series.GetHistogram().GetSampleCount()+series.GetSummary().GetSampleCount())
		}
	}
	if !isGauge && total != operations {
		fail(1, fmt.Sprintf("holds %d records instead of %d", total, operations))
	}
}

func (j *job) run(workload string) {
	workloads := map[string]func() outcome{
		"counter":            j.counter,
		"gauge":              j.gauge,
		"histogram9":         j.histogram9,
		"histogram20":        j.histogram20,
		"summary":            j.summary,
		"timed":              j.timed,
		"counter_by":         j.counterBy,
		"gauge_by":           j.gaugeBy,
		"histogram9_by":      func() outcome { return j.histogramBy(bounds9) },
		"histogram20_by":     func() outcome { return j.histogramBy(bounds20) },
		"summary_by":         j.summaryBy,
		"counter_scraped":    func() outcome { return j.scraped(j.counter) },
		"histogram9_scraped": func() outcome { return j.scraped(j.histogram9) },
	}
	if strings.HasPrefix(workload, "scrape_") &&
		j.runScrape(strings.TrimPrefix(workload, "scrape_")) {
		return
	}
	run, isKnown := workloads[workload]
	if !isKnown {
		fail(3, "the client has nothing for "+workload)
	}
	result := run()
	j.checkRecords(workload, result.all)
	fmt.Println(result.measured, result.wall.Nanoseconds())
	fmt.Print(j.note)
}

func residentBytes() int {
	debug.FreeOSMemory()
	text, err := os.ReadFile("/proc/self/statm")
	check(err)
	pages, err := strconv.Atoi(strings.Fields(string(text))[1])
	check(err)
	return pages * os.Getpagesize()
}

// runMemory prints by how much a series lets the process grow.
func (j *job) runMemory(workload string, count int) {
	names := []string{"node", "set", "op"}
	create := j.newHistograms("kept", bounds9, names...).WithLabelValues
	counters := j.newCounters(names...)
	before := residentBytes()
	for i := 0; i < count; i++ {
		labels := []string{
			"n" + strconv.Itoa(i/1000), "s" + strconv.Itoa(i/10%100), "o" + strconv.Itoa(i%10),
		}
		if workload == "memory_counter" {
			counters.WithLabelValues(labels...).Inc()
			continue
		}
		series := create(labels...)
		for _, value := range j.rings.values[:20] {
			series.Observe(value)
		}
	}
	fmt.Println((residentBytes()-before)/count, 0)
	runtime.KeepAlive(j)
}

func fail(status int, sentence string) {
	fmt.Fprintln(os.Stderr, "client_golang:", sentence)
	os.Exit(status)
}

func check(err error) {
	if err != nil {
		fail(1, err.Error())
	}
}

// number reads an argument that must be positive.
func number(arg string) int {
	n, err := strconv.Atoi(arg)
	check(err)
	if n < 1 {
		fail(1, arg+" is not positive")
	}
	return n
}

func main() {
	args := os.Args[1:]
	j := job{rings: newRings(), registry: prometheus.NewRegistry()}
	switch {
	case len(args) == 1 && args[0] == "streams":
		fmt.Printf("%016x\n", j.rings.checksum())
	case len(args) == 1 && strings.HasPrefix(args[0], "serve_"):
		j.serve(strings.TrimPrefix(args[0], "serve_"))
	case len(args) == 2 && (args[0] == "memory_counter" || args[0] == "memory_histogram9"):
		j.runMemory(args[0], number(args[1]))
	case len(args) == 4 && (args[2] == "same" || args[2] == "different"):
		j.threads = number(args[1])
		j.isShared = args[2] == "same"
		j.length = time.Duration(number(args[3])) * time.Millisecond
		j.run(args[0])
	default:
		fail(1, "usage: WORKLOAD THREADS same|different MILLISECONDS, memory_... SERIES, or "+
			"serve_SHAPE")
	}
}
