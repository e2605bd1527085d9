package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"smtpscope/capture"
)

// liveFlags are those of live capture, with the names that tcpdump's have.
type liveFlags struct {
	interfaces []string
	list       bool
	quiet      bool
	snapLen    int
	buffer     int
}

func (l *liveFlags) define(fs *flag.FlagSet) {
	fs.Func("i", "", func(name string) error { l.interfaces = append(l.interfaces, name); return nil })
	fs.BoolVar(&l.list, "D", false, "")
	fs.BoolVar(&l.quiet, "p", false, "")
	fs.Func("s", "", l.setSnapLen)
	fs.Func("buffer", "", size(&l.buffer))
}

// wanted tells that packets come from interfaces.
func (l *liveFlags) wanted() bool { return len(l.interfaces) > 0 }

// leastSnapLen leaves room for the headers of a TCP segment over IPv6.
const leastSnapLen = 96

// setSnapLen understands -s. As with tcpdump, 0 means all.
func (l *liveFlags) setSnapLen(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 1<<20 || n > 0 && n < leastSnapLen {
		return fmt.Errorf("%q is no length to cut packets at: %d to 1048576, 0 for none", s, leastSnapLen)
	}
	l.snapLen = n
	return nil
}

func (l *liveFlags) validate() error {
	if l.wanted() {
		return nil
	}
	for _, f := range []struct {
		name  string
		given bool
	}{{"-p", l.quiet}, {"-s", l.snapLen > 0}, {"--buffer", l.buffer > 0}} {
		if f.given {
			return fmt.Errorf("%s: that is for interfaces, with -i", f.name)
		}
	}
	return nil
}

// names are those of what is read.
func (c *config) names() []string {
	if c.live.wanted() {
		return c.live.interfaces
	}
	return c.inputs
}

// liveOptions is what listening needs of the command line.
func (c *config) liveOptions() capture.LiveOptions {
	return capture.LiveOptions{
		Rules: c.rules, SnapLen: c.live.snapLen, Quiet: c.live.quiet, Buffer: c.live.buffer,
		MaxPackets: c.maxPackets,
		Filter:     c.rules.KernelFilter(),
	}
}

// listen opens the interfaces.
func (c *config) listen() (capture.Source, error) {
	o := c.liveOptions()
	o.Notice = c.notices.tell
	source, err := capture.OpenLive(c.live.interfaces, o)
	switch {
	case errors.Is(err, capture.ErrNoRight):
		return nil, noRight(c.live.interfaces[0])
	case errors.Is(err, capture.ErrNoInterface):
		return nil, &hintError{err, "smtpscope -D lists the interfaces"}
	}
	return source, err
}

// noRight says in one line what is missing and how it is granted.
func noRight(name string) error {
	if runtime.GOOS != "linux" {
		return fmt.Errorf("%s: the right to capture packets is missing: run it as root", name)
	}
	program := "smtpscope"
	if path, err := os.Executable(); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			path = real
		}
		program = shellWord(path)
	}
	return fmt.Errorf("%s: the right CAP_NET_RAW is missing: sudo setcap cap_net_raw+ep %s", name, program)
}

// shellWord quotes a word for a shell, where it has to be.
func shellWord(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+,:@%=", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
