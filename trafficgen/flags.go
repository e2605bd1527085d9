package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// config is the command line, understood.
type config struct {
	out    string
	from   string
	format format
	seed   uint64
	mix    mix
	end    end
}

// parseFlags understands the command line. The error is for the operator;
// after flag.ErrHelp the usage has been written.
func parseFlags(args []string, stderr io.Writer) (*config, error) {
	c := &config{format: pcapFormat{}}
	fs := flag.NewFlagSet("trafficgen", flag.ContinueOnError)
	fs.SetOutput(stderr)
	var changes []func(*mix) // of the kind, which may be named last
	share := func(name, usage string, field func(*mix) *float64) {
		fs.Func(name, usage, func(s string) error {
			v, err := strconv.ParseFloat(s, 64)
			if err != nil || !(v >= 0 && v <= 1) {
				return errors.New("a share is from 0 to 1")
			}
			changes = append(changes, func(m *mix) { *field(m) = v })
			return nil
		})
	}
	kind := fs.String("kind", "mixed", "what traffic: "+strings.Join(kindNames(), ", "))
	fs.StringVar(&c.out, "o", "-", "`file` to write, - is standard output")
	fs.StringVar(&c.from, "from", "pcaps", "`folder` of the captures whose sessions are replayed")
	fs.Uint64Var(&c.seed, "seed", 1, "`seed` of everything random")
	fs.Func("format", "pcap or pcapng (default pcap)", c.setFormat)
	fs.Func("size", "`octets` to write, with K, M or G for powers of 1024 (default 64M)", setSize(&c.end.octets))
	fs.Func("sessions", "write so `many` SMTP sessions, instead of a size", setCount(&c.end.sessions))
	fs.Func("flood", "leave so `many` connections half open, instead of a size (kind flood)", setCount(&c.end.halfOpen))
	fs.Func("flows", "`number` of connections at the same time", func(s string) error {
		var n int64
		if err := setCount(&n)(s); err != nil {
			return err
		}
		changes = append(changes, func(m *mix) { m.flows = int(n) })
		return nil
	})
	fs.Func("mail", "stretch the body of each mail to so many `octets`, with K, M or G (bulk: 20 MB)", func(s string) error {
		var n int64
		if err := setSize(&n)(s); err != nil {
			return err
		}
		changes = append(changes, func(m *mix) { m.mail = int(n) })
		return nil
	})
	share("smtp", "`share` of SMTP in the octets, those of a flood not counted", func(m *mix) *float64 { return &m.smtp })
	share("kdc", "`share` of packets that the sessions' clients exchange with KDCs: Kerberos as recorded", func(m *mix) *float64 { return &m.kdc })
	share("loss", "`share` of packets that the capture lacks", func(m *mix) *float64 { return &m.loss })
	share("reorder", "`share` of packets that come late", func(m *mix) *float64 { return &m.reorder })
	share("duplicate", "`share` of packets that come twice", func(m *mix) *float64 { return &m.duplicate })
	if err := fs.Parse(args); err != nil {
		return nil, err
	}
	if fs.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q", fs.Arg(0))
	}
	return c, c.settle(*kind, changes)
}

// settle joins the kind, what was changed of it, and the end.
func (c *config) settle(kind string, changes []func(*mix)) error {
	m, known := kinds[kind]
	if !known {
		return fmt.Errorf("-kind %q: one of %s", kind, strings.Join(kindNames(), ", "))
	}
	for _, change := range changes {
		change(&m)
	}
	c.mix = m
	given := 0
	for _, n := range []int64{c.end.octets, c.end.sessions, c.end.halfOpen} {
		if n > 0 {
			given++
		}
	}
	if given == 0 {
		c.end.octets = 64 << 20
	}
	switch {
	case given > 1:
		return errors.New("-size, -sessions and -flood: one of them")
	case c.end.halfOpen > 0 && m.flood == 0:
		return fmt.Errorf("-flood: kind %s has no flood", kind)
	case c.end.sessions > 0 && m.smtp == 0:
		return errors.New("-sessions: with -smtp 0 there are none")
	case c.end.octets > 0 && m.loss == 1:
		return errors.New("-loss 1: nothing would ever be written")
	}
	return nil
}

func (c *config) setFormat(s string) error {
	switch s {
	case "pcap":
		c.format = pcapFormat{}
	case "pcapng":
		c.format = pcapngFormat{}
	default:
		return errors.New("pcap or pcapng")
	}
	return nil
}

func setCount(to *int64) func(string) error {
	return func(s string) error {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n < 1 {
			return errors.New("a number of at least 1")
		}
		*to = n
		return nil
	}
}

func setSize(to *int64) func(string) error {
	return func(s string) error {
		digits := strings.TrimRight(strings.ToUpper(s), "KMG")
		shift, known := map[string]uint{"": 0, "K": 10, "M": 20, "G": 30}[strings.ToUpper(s)[len(digits):]]
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || !known || n < 1 || n > math.MaxInt64>>shift {
			return errors.New("a number with K, M or G")
		}
		*to = n << shift
		return nil
	}
}

func kindNames() []string {
	names := make([]string, 0, len(kinds))
	for name := range kinds {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
