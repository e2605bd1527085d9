package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"smtpscope/authtoken"
	"smtpscope/capture"
	"smtpscope/filter"
	"smtpscope/inspect"
	"smtpscope/inventory"
	"smtpscope/verdict"
)

// defaultPorts are those of submission and relay, and Exchange's hub transport.
var defaultPorts = []uint16{24, 25, 465, 587, 2525}

// config is the command line, understood.
type config struct {
	inputs       []string
	live         liveFlags
	maxPackets   int64
	duration     time.Duration // 0: to the end
	rules        capture.Rules
	keylogs      []string
	tlsKeys      []string
	keytab       string
	format       string           // one of formats; empty: by what stdout is
	report       inventory.Report // empty: the sessions, in HTML all reports
	filter       *filter.Filter
	filterText   string
	packetFilter string
	save         string
	packets      *os.File // standard output, when that is where -w writes; else nil
	log          string
	rights       rights
	rotate       rotateFlags
	metrics      metricsFlags
	verbose      bool
	ascii        bool
	theme        string
	require      []verdict.State
	requireTLS   bool
	except       *filter.Filter
	exceptText   string
	showSecrets  bool
	noProgress   bool
	limits       capture.Limits
	dialogue     int
	kept         int
	shards       int
	version      bool
	help         bool
	profileCPU   string
	profileAlloc string

	// What is made of it, and goes on while it runs.
	notices notices
	signals signals
	keeper  *capture.Keeper // what the screens may ask for; nil: the inputs are read again
	keys    keyring
	tickets authtoken.TicketOpener // of the keytab
}

// newConfig is the command line without any flag.
func newConfig() *config {
	return &config{limits: capture.DefaultLimits(), rules: capture.Rules{Ports: defaultPorts}}
}

// parseFlags understands the command line. The error is for the operator.
func parseFlags(args []string) (*config, error) {
	c := newConfig()
	fs := flag.NewFlagSet("smtpscope", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	c.define(fs)
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			c.help = true
			return c, nil
		}
		return nil, explain(err, "smtpscope --help lists the flags")
	}
	if err := c.rights.validate(); err != nil {
		return nil, err
	}
	if c.help || c.version || c.live.list {
		return c, nil
	}
	return c, c.validate(fs.Args())
}

func (c *config) define(fs *flag.FlagSet) {
	fs.Func("r", "", func(s string) error { c.inputs = append(c.inputs, s); return nil })
	fs.Func("c", "", positive(&c.maxPackets))
	fs.Func("duration", "", duration(&c.duration))
	fs.Func("ports", "", c.setPorts)
	c.live.define(fs)
	fs.Func("keylog", "", func(s string) error { c.keylogs = append(c.keylogs, s); return nil })
	fs.Func("tls-key", "", func(s string) error { c.tlsKeys = append(c.tlsKeys, s); return nil })
	fs.Func("keytab", "", fileName(&c.keytab))
	fs.StringVar(&c.format, "format", "", "")
	fs.StringVar((*string)(&c.report), "report", "", "")
	fs.StringVar(&c.filterText, "filter", "", "")
	fs.StringVar(&c.packetFilter, "f", "", "")
	fs.Func("w", "", fileName(&c.save))
	fs.Func("log", "", fileName(&c.log))
	c.rights.define(fs)
	c.rotate.define(fs)
	fs.StringVar(&c.metrics.address, "metrics", "", "")
	fs.BoolVar(&c.metrics.public, "metrics-public", false, "")
	fs.BoolVar(&c.verbose, "verbose", false, "")
	fs.BoolVar(&c.verbose, "v", false, "")
	fs.BoolVar(&c.ascii, "ascii", false, "")
	fs.StringVar(&c.theme, "theme", "auto", "")
	fs.Func("require", "", c.setRequire)
	fs.StringVar(&c.exceptText, "except", "", "")
	fs.BoolVar(&c.showSecrets, "show-secrets", false, "")
	fs.BoolVar(&c.noProgress, "no-progress", false, "")
	fs.Func("max-connections", "", positive(&c.limits.Conns))
	fs.Func("max-half-open", "", positive(&c.limits.HalfOpen))
	fs.Func("max-buffer", "", size(&c.limits.BufferedBytes))
	fs.Func("max-conn-buffer", "", size(&c.limits.BufferedBytesPerConn))
	fs.Func("max-segments", "", positive(&c.limits.SegmentsPerConn))
	fs.Func("max-dialogue", "", positive(&c.dialogue))
	fs.Func("max-kept", "", size(&c.kept))
	fs.Func("hold", "", duration(&c.limits.Hold))
	fs.Func("reorder", "", duration(&c.limits.ReorderTime))
	fs.Func("idle", "", duration(&c.limits.Idle))
	fs.BoolVar(&c.version, "version", false, "")
	fs.BoolVar(&c.help, "help", false, "")
	fs.BoolVar(&c.help, "h", false, "")
	// For those who work on smtpscope itself; not in the usage text.
	fs.Func("shards", "", positive(&c.shards))
	fs.StringVar(&c.profileCPU, "cpuprofile", "", "")
	fs.StringVar(&c.profileAlloc, "memprofile", "", "")
}

func (c *config) validate(rest []string) error {
	switch {
	case c.live.wanted() && len(c.inputs) > 0:
		return errors.New("-i, -r: either interfaces are listened on or captures are read")
	case len(rest) > 0 && len(c.inputs) == 0 && !c.live.wanted():
		return unexpected(rest[0])
	case len(c.inputs) == 0 && !c.live.wanted():
		return &hintError{errors.New("nothing to read"), "smtpscope -r trace.pcap, or sudo smtpscope -i any; --help lists the flags"}
	case !slices.Contains([]string{"auto", "dark", "light"}, c.theme):
		return fmt.Errorf("--theme %s: there are auto, dark and light", c.theme)
	case c.log != "" && c.format == "tui":
		return errors.New("--log: the terminal UI writes reports by its key e")
	case c.save == standardOutput && c.format == "tui":
		return errors.New("-w -: the terminal UI needs standard output")
	case c.save == standardOutput && c.rotate.given():
		return errors.New("-w -: standard output is one file: no --rotate-size, no --rotate-files")
	case c.save != "" && c.format == "tui" && c.repeatable():
		return errors.New("-w: the terminal UI saves packets by its key w")
	case c.rotate.files > 0 && c.rotate.size == 0:
		return errors.New("--rotate-files: --rotate-size says when a file is complete")
	case c.rotate.given() && (c.save == "" || c.repeatable()):
		return errors.New("--rotate-size, --rotate-files: they are for -w while packets come, from -i or a pipe")
	}
	if err := c.live.validate(); err != nil {
		return err
	}
	if err := c.validateFormat(); err != nil {
		return err
	}
	if err := c.metrics.validate(); err != nil {
		return err
	}
	if err := c.setCaptureFilter(rest); err != nil {
		return err
	}
	if err := c.setFilter(); err != nil {
		return err
	}
	if c.log != "" && c.format == "" {
		c.format = "json" // a log is for programs
	}
	c.rules.Beside = true
	stdin := 0
	for _, name := range c.inputs {
		if name == "-" {
			stdin++
		}
	}
	if stdin > 1 {
		return errors.New("-r -: standard input can be read only once")
	}
	return nil
}

// unexpected is the error of a word where flags should be.
func unexpected(word string) error {
	hint := "smtpscope --help lists the flags"
	if exists(word) || strings.ContainsAny(word, "./") {
		hint = "a capture is read with -r: smtpscope -r " + word
	}
	return &hintError{fmt.Errorf("unexpected argument %q", word), hint}
}

// setFilter understands --filter and --except. Its error points at the place.
func (c *config) setFilter() (err error) {
	if c.filter, err = parseFilter("--filter", c.filterText); err != nil {
		return err
	}
	c.except, err = parseFilter("--except", c.exceptText)
	if err == nil && c.exceptText != "" && len(c.require) == 0 && !c.requireTLS {
		return errors.New("--except: that is for --require")
	}
	return err
}

func parseFilter(flag, text string) (*filter.Filter, error) {
	f, err := filter.Parse(text)
	var wrong *filter.Error
	if errors.As(err, &wrong) {
		return nil, &hintError{fmt.Errorf("%s: %s, here: %s", flag, wrong.Text, pointedAt(text, wrong.Offset, wrong.Length)),
			"the filter's language is in the README, and on ? in the terminal UI"}
	}
	return f, err
}

// inspectOptions is what the inspection needs of the command line.
func (c *config) inspectOptions() inspect.Options {
	o := inspect.Options{Rules: c.rules, ShowSecrets: c.showSecrets, Shards: c.shards, Limits: c.limits, KeptBytes: c.kept}
	o.Keys, o.RSAKeys = c.keys.store, c.keys.rsa
	o.KeysGrow = c.keys.followed && (c.live.wanted() || slices.Contains(c.inputs, "-"))
	o.Tickets, o.Notice = c.tickets, c.notices.tell
	o.SessionLimits.Dialogue = c.dialogue
	return o
}
