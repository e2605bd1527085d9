package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"smtpscope/capture"
	"smtpscope/verdict"
)

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
			return fmt.Errorf("%q cannot be required; these can: %s %s", word, strings.Join(stateNames(requirable), " "), requireTLS)
		}
		c.require = append(c.require, state)
	}
	return nil
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
