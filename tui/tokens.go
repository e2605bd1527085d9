package tui

import (
	"bytes"
	"encoding/base64"

	"smtpscope/smtpparse"
)

// An octetPlace names the octets of a field: the token of a step of an attempt,
// and where in it.
type octetPlace struct {
	attempt, step  int
	offset, length int
}

// A stepKey names a step of an attempt.
type stepKey struct{ attempt, step int }

// tokensIn finds the tokens of all attempts in what was said. A token that it
// does not find is left out.
func tokensIn(attempts []*smtpparse.Auth, said []Octets) map[stepKey][]byte {
	lines := make(map[stream][]wireLine)
	for _, from := range []string{"client", "server"} {
		for _, decrypted := range []bool{false, true} {
			lines[stream{from, decrypted}] = linesOf(said, stream{from, decrypted})
		}
	}
	tokens := make(map[stepKey][]byte)
	for i, a := range attempts {
		if a == nil {
			continue
		}
		for j := range a.Steps {
			step := &a.Steps[j]
			of := stream{step.From, a.TLS}
			rest := lines[of]
			for k := range rest {
				if rest[k].frame != step.Frame {
					continue
				}
				if token, ok := tokenIn(rest[k].text, step.Bytes); ok {
					tokens[stepKey{i, j}] = token
					lines[of] = rest[k+1:]
					break
				}
			}
		}
	}
	return tokens
}

// A stream is what one side sent, on the wire or inside TLS.
type stream struct {
	from      string
	decrypted bool
}

// A wireLine is one line and the frame that brought its end.
type wireLine struct {
	text  []byte
	frame int64
}

func linesOf(said []Octets, of stream) []wireLine {
	var lines []wireLine
	var open []byte
	for _, o := range said {
		if (stream{o.From, o.Decrypted}) != of {
			continue
		}
		rest := o.Data
		for {
			head, tail, found := bytes.Cut(rest, []byte("\n"))
			open = append(open, head...)
			if !found {
				break
			}
			lines = append(lines, wireLine{bytes.TrimSuffix(open, []byte("\r")), o.Frame})
			open, rest = nil, tail
		}
	}
	return lines
}

// tokenIn decodes the token of n octets that a line carries: behind a verb or a
// code, or alone.
func tokenIn(line []byte, n int) ([]byte, bool) {
	word := line[bytes.LastIndexByte(bytes.TrimRight(line, " "), ' ')+1:]
	word = bytes.TrimRight(word, " ")
	if n == 0 {
		return nil, len(word) == 0 || string(word) == "=" || len(line) <= len("334 ")
	}
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding} {
		token := make([]byte, encoding.DecodedLen(len(word)))
		if size, err := encoding.Decode(token, word); err == nil && size == n {
			return token[:size], true
		}
	}
	return nil, false
}
