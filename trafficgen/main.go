// Trafficgen writes captures of any size for measuring: recorded SMTP sessions,
// replayed with new addresses, ports and times, among other traffic, with
// disorder and loss. The same seed gives the same octets.
//
//	go run ./trafficgen -size 1G -o mixed.pcap
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
)

func main() {
	var (
		out       = flag.String("o", "-", "file to write, - is standard output")
		sizeText  = flag.String("size", "64M", "octets to write, with K, M or G")
		seed      = flag.Uint64("seed", 1, "seed of everything random")
		share     = flag.Float64("smtp", 0.1, "share of SMTP in the octets")
		flows     = flag.Int("flows", 200, "connections at the same time")
		loss      = flag.Float64("loss", 0.0001, "share of packets that the capture lacks")
		reorder   = flag.Float64("reorder", 0.01, "share of packets that come late")
		duplicate = flag.Float64("duplicate", 0.001, "share of packets that come twice")
		sessions  = flag.String("sessions", "pcaps", "folder of the captures whose sessions are replayed")
	)
	flag.Parse()
	size, err := parseSize(*sizeText)
	if err == nil {
		err = generate(*out, *sessions, size, mix{
			seed: *seed, smtp: *share, flows: *flows, loss: *loss, reorder: *reorder, duplicate: *duplicate,
		})
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "trafficgen: %v\n", err)
		os.Exit(2)
	}
}

// A mix says what the traffic is made of.
type mix struct {
	seed                           uint64
	smtp, loss, reorder, duplicate float64
	flows                          int
}

func parseSize(s string) (int64, error) {
	digits := strings.TrimRight(strings.ToUpper(s), "KMG")
	shift, known := map[string]uint{"": 0, "K": 10, "M": 20, "G": 30}[strings.ToUpper(s)[len(digits):]]
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || !known || n < 1 {
		return 0, fmt.Errorf("-size %q: a number with K, M or G", s)
	}
	return n << shift, nil
}

func generate(name, folder string, size int64, m mix) error {
	templates, err := readTemplates(folder)
	if err != nil {
		return err
	}
	var file io.WriteCloser = os.Stdout
	if name != "-" {
		if file, err = os.Create(name); err != nil {
			return err
		}
	}
	w := bufio.NewWriterSize(file, 1<<20)
	wire := newWire(w, rand.New(rand.NewPCG(m.seed, 0)), m)
	if err := wire.run(templates, size); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return file.Close()
}
