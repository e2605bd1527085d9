package main

import (
	"flag"
	"io"
)

// commands are the words that may stand in place of the flags, for what is not
// the reading of one capture.
var commands = map[string]func(args []string, stdin io.Reader, stdout, stderr io.Writer) int{
	"decode":  runDecode,
	"compare": runCompare,
}

// parseAnywhere takes flags that stand before, behind and between words, and
// returns the words.
func parseAnywhere(fs *flag.FlagSet, args []string) (words []string, err error) {
	for {
		if err := fs.Parse(args); err != nil {
			return nil, err
		}
		if fs.NArg() == 0 {
			return words, nil
		}
		words, args = append(words, fs.Arg(0)), fs.Args()[1:]
	}
}
