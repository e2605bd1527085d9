package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"smtpscope/paste"
	"smtpscope/report"
)

// decodeUsage is what smtpscope decode --help prints. A test holds it against the flags.
const decodeUsage = `Usage: smtpscope decode [options] [TOKEN …]

Says what is inside a SASL token, and what that means. Without TOKEN it reads
standard input.

  smtpscope decode TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAKAHxPAAAADw==
  smtpscope decode 'AUTH GSSAPI YIIFzwYGKwYBBQUCoIIFwzCC…'
  smtpscope decode < conversation.txt

A token is base64 or hex, a hex dump, a line with AUTH or 334 before it, or a
whole conversation as "follow stream", swaks, curl, openssl s_client, smtplib
and others show it, or as Postfix and Exchange log it. Broken lines, quotes and
what else stands on the terminal do no harm.

  --mechanism NAME    the SASL mechanism, where a token does not tell: LOGIN,
                      SCRAM-SHA-256, …
  --from SIDE         who sent it: client or server (default: by its octets)
  --format FORMAT     text or json (default text)
  --show-secrets      print passwords and tokens instead of <redacted>
  --ascii             no signs beyond ASCII
  --help              print this

Exit: 0 a token was read; 2 usage, or no token in the text.
`

// A decodeConfig is the command line of smtpscope decode.
type decodeConfig struct {
	paste.Options
	format string
	ascii  bool
	help   bool
}

func (c *decodeConfig) define(fs *flag.FlagSet) {
	fs.StringVar(&c.Mechanism, "mechanism", "", "")
	fs.StringVar(&c.From, "from", "", "")
	fs.StringVar(&c.format, "format", "text", "")
	fs.BoolVar(&c.ShowSecrets, "show-secrets", false, "")
	fs.BoolVar(&c.ascii, "ascii", false, "")
	fs.BoolVar(&c.help, "help", false, "")
	fs.BoolVar(&c.help, "h", false, "")
}

// runDecode is smtpscope decode.
func runDecode(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var c decodeConfig
	fs := flag.NewFlagSet("decode", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	c.define(fs)
	words, err := parseAnywhere(fs, args)
	switch {
	case err != nil:
		return fail(stderr, explain(err, "smtpscope decode --help lists the flags"))
	case c.help:
		return say(stdout, stderr, decodeUsage)
	}
	if err := c.decode(words, stdin, stdout, stderr); err != nil {
		return fail(stderr, err)
	}
	return exitFine
}

func (c *decodeConfig) decode(words []string, stdin io.Reader, stdout, stderr io.Writer) error {
	switch {
	case c.format != "text" && c.format != "json":
		return fmt.Errorf("--format %s: decode has text and json", c.format)
	case !slices.Contains([]string{"", "client", "server"}, c.From):
		return fmt.Errorf("--from %s: there are client and server", c.From)
	}
	text := strings.Join(words, " ")
	if len(words) == 0 || text == "-" {
		if isTerminal(stdin) {
			fmt.Fprintln(stderr, "smtpscope: paste a token or a conversation, then Ctrl-D on a line of its own")
		}
		read, err := io.ReadAll(io.LimitReader(stdin, paste.MaxBytes+1))
		if err != nil {
			return fmt.Errorf("read standard input: %w", err)
		}
		text = string(read)
	}
	if len(text) > paste.MaxBytes {
		return fmt.Errorf("more than %d MiB of text: a capture is read with -r", paste.MaxBytes>>20)
	}
	var r rights
	if err := r.validate(); err != nil {
		return err
	}
	if err := (&config{rights: r}).giveUp(false, stderr); err != nil { // what is pasted comes from strangers, too
		return err
	}
	decoded, err := paste.Read(text, c.Options)
	if errors.Is(err, paste.ErrNoToken) {
		return &hintError{err, "smtpscope decode --help says what can be pasted; a capture is read with -r"}
	}
	if err != nil {
		return err
	}
	if c.format == "json" {
		return report.WriteDecodedJSON(stdout, decoded)
	}
	return report.WriteDecoded(stdout, decoded, textOptions(stdout, c.ascii))
}
