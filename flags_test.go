package main

import (
	"flag"
	"regexp"
	"slices"
	"strings"
	"testing"

	"smtpscope/capture"
)

// hidden flags are for those who work on smtpscope itself.
var hidden = []string{"cpuprofile", "memprofile", "shards", "h", "v"}

func TestUsageNamesEveryFlag(t *testing.T) {
	for _, command := range []struct {
		name   string
		usage  string
		define func(*flag.FlagSet)
	}{
		{name: "smtpscope", usage: usage, define: new(config).define},
		{name: "decode", usage: decodeUsage, define: new(decodeConfig).define},
	} {
		t.Run(command.name, func(t *testing.T) { checkUsage(t, command.usage, command.define) })
	}
}

func checkUsage(t *testing.T, usage string, define func(*flag.FlagSet)) {
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	define(fs)
	fs.VisitAll(func(f *flag.Flag) {
		dashes := "--"
		if len(f.Name) == 1 {
			dashes = "-"
		}
		if !slices.Contains(hidden, f.Name) && !strings.Contains(usage, "  "+dashes+f.Name) {
			t.Errorf("the usage text does not name %s%s", dashes, f.Name)
		}
	})
	for _, m := range regexp.MustCompile(`(?m)^  --?([a-z-]+)`).FindAllStringSubmatch(usage, -1) {
		if fs.Lookup(m[1]) == nil {
			t.Errorf("the usage text names %s, which is no flag", m[1])
		}
	}
	for line := range strings.Lines(usage) {
		if len([]rune(line)) > 81 {
			t.Errorf("wider than 80 columns: %q", line)
		}
	}
}

func TestPorts(t *testing.T) {
	tests := []struct {
		list string
		want capture.Rules
		err  bool
	}{
		{list: "25", want: capture.Rules{Ports: []uint16{25}}},
		{list: "25, 587,25", want: capture.Rules{Ports: []uint16{25, 587}}},
		{list: "auto", want: capture.Rules{Ports: defaultPorts, AnyPort: true}},
		{list: "", err: true},
		{list: "0", err: true},
		{list: "65536", err: true},
		{list: "smtp", err: true},
	}
	for _, test := range tests {
		var c config
		err := c.setPorts(test.list)
		if (err != nil) != test.err || !slices.Equal(c.rules.Ports, test.want.Ports) || c.rules.AnyPort != test.want.AnyPort {
			t.Errorf("%q: %+v, %v; want %+v", test.list, c.rules, err, test.want)
		}
	}
}

func TestSize(t *testing.T) {
	tests := []struct {
		text string
		want int
		err  bool
	}{
		{text: "1", want: 1},
		{text: "64K", want: 64 << 10},
		{text: "3m", want: 3 << 20},
		{text: "2G", want: 2 << 30},
		{text: "0", err: true},
		{text: "-1", err: true},
		{text: "K", err: true},
		{text: "1KK", err: true},
		{text: "9223372036854775807G", err: true},
	}
	for _, test := range tests {
		var got int
		err := size(&got)(test.text)
		if (err != nil) != test.err || !test.err && got != test.want {
			t.Errorf("%q: %d, %v; want %d", test.text, got, err, test.want)
		}
	}
}
