// SPDX-License-Identifier: Apache-2.0
package main

// The endpoint: the handler that the client documents, with its defaults.

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// serve prints the port, and answers until standard input ends.
func (j *job) serve(name string) {
	s, isKnown := shapes[name]
	if !isKnown {
		fail(3, "the client has nothing for serve_"+name)
	}
	j.fill(&s)
	http.Handle("/metrics", promhttp.HandlerFor(j.registry, promhttp.HandlerOpts{}))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	go http.Serve(listener, nil)
	io.Copy(io.Discard, os.Stdin)
}
