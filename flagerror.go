package main

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
)

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

// pointedAt shows the place of a mistake in an expression.
func pointedAt(text string, at, length int) string {
	return text[:at] + ">>>" + text[at:at+length] + "<<<" + text[at+length:]
}
