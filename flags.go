package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
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
	notices      notices
	signals      signals
	keeper       *capture.Keeper // what the screens may ask for; nil: the inputs are read again
	rules        capture.Rules
	keylogs      []string
	tlsKeys      []string
	keys         keyring
	keytab       string
	tickets      authtoken.TicketOpener // of the keytab
	format       string                 // one of formats; empty: by what stdout is
	report       inventory.Report       // empty: the sessions, in HTML all reports
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
	c.rules.Beside = true
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

// flagInError finds the flag that an error of the flag package speaks of. The
// package writes one dash whatever the user wrote.
var flagInError = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:for flag|argument:|for|defined:) -([A-Za-z0-9-]+)`)
})

// explain turns the flag package's error into ours.
func explain(err error, hint string) error {
	text := err.Error()
	found := flagInError().FindStringSubmatch(text)
	if found == nil {
		return &hintError{err, hint}
	}
	name := found[1]
	shown := dashed(name)
	switch {
	case strings.HasPrefix(text, "flag provided but not defined"):
		return &hintError{fmt.Errorf("unknown flag %s", shown), hint}
	case strings.HasPrefix(text, "flag needs an argument"):
		return &hintError{fmt.Errorf("%s needs a value", shown), hint}
	}
	// invalid value "x" for flag -name: our own words
	if _, words, ok := strings.Cut(text, found[0]+": "); ok {
		text = words
	}
	return &hintError{fmt.Errorf("%s: %s", shown, text), hint}
}

// dashed writes a flag as the usage text does.
func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
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
		at, end := wrong.Offset, wrong.Offset+wrong.Length
		return nil, &hintError{fmt.Errorf("%s: %s, here: %s>>>%s<<<%s", flag, wrong.Text, text[:at], text[at:end], text[end:]),
			"the filter's language is in the README, and on ? in the terminal UI"}
	}
	return f, err
}

func (c *config) setPorts(list string) error {
	if list == "auto" {
		c.rules = capture.Rules{Ports: defaultPorts, AnyPort: true}
		return nil
	}
	var ports []uint16
	for _, word := range strings.Split(list, ",") {
		n, err := strconv.ParseUint(strings.TrimSpace(word), 10, 16)
		if err != nil || n == 0 {
			return fmt.Errorf("%q is no port: a list such as 25,587, or auto", word)
		}
		if !slices.Contains(ports, uint16(n)) {
			ports = append(ports, uint16(n))
		}
	}
	c.rules = capture.Rules{Ports: ports}
	return nil
}

func (c *config) setRequire(list string) error {
	for _, word := range strings.Split(list, ",") {
		state := verdict.State(strings.ToLower(strings.TrimSpace(word)))
		if state == requireTLS {
			c.requireTLS = true
			continue
		}
		if !slices.Contains(requirable, state) {
			return fmt.Errorf("%q cannot be required; these can: %s %s", word, strings.Join(words(requirable), " "), requireTLS)
		}
		c.require = append(c.require, state)
	}
	return nil
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

// fileName sets the name of a file: an empty one is a variable of a script that
// nobody has set, and no wish to do without the file.
func fileName(to *string) func(string) error {
	return func(s string) error {
		if s == "" {
			return errors.New("the name of the file is empty")
		}
		*to = s
		return nil
	}
}

// positive sets an integer that must be at least 1.
func positive[T int | int64](to *T) func(string) error {
	return func(s string) error {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n < 1 || T(n) <= 0 {
			return fmt.Errorf("%q is no positive number", s)
		}
		*to = T(n)
		return nil
	}
}

// size sets a number of octets, with K, M or G for powers of 1024.
func size[T int | int64](to *T) func(string) error {
	return func(s string) error {
		digits := strings.TrimRight(strings.ToUpper(s), "KMG")
		shift := map[string]uint{"": 0, "K": 10, "M": 20, "G": 30}
		by, known := shift[strings.ToUpper(s)[len(digits):]]
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || !known || n < 1 || n > math.MaxInt64>>by || T(n<<by) <= 0 {
			return fmt.Errorf("%q is no size: a number with K, M or G", s)
		}
		*to = T(n << by)
		return nil
	}
}

func duration(to *time.Duration) func(string) error {
	return func(s string) error {
		d, err := time.ParseDuration(s)
		if err != nil || d <= 0 {
			return fmt.Errorf("%q is no duration: such as 100ms, 30s, 10m", s)
		}
		*to = d
		return nil
	}
}
