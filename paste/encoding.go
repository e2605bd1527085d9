package paste

import (
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"strings"

	"smtpscope/authtoken"
)

// A token is a token's octets and the line that it stood in.
type token struct {
	octets []byte
	line   int64
}

// tokensOf finds the tokens in lines that are no conversation.
func tokensOf(lines []line) ([]token, Form) {
	if octets := hexDump(lines); octets != nil {
		return []token{{octets, lines[0].number}}, HexDump
	}
	for i := range lines {
		lines[i].text = header.ReplaceAllString(lines[i].text, "")
	}
	if whole, ok := unwrapped(lines); ok {
		if octets, form := decode(whole); octets != nil {
			return []token{{octets, lines[0].number}}, form
		}
	}
	var tokens []token
	var form Form
	for _, l := range lines {
		octets, f := decode(l.text)
		if octets == nil {
			return nil, ""
		}
		tokens, form = append(tokens, token{octets, l.number}), f
	}
	if len(tokens) > 1 {
		form = Lines
	}
	return tokens, form
}

// unwrapped puts the lines of one token together again. Those that a mailer or a
// terminal broke are of one length, but for the last one, and only there is padding.
func unwrapped(lines []line) (string, bool) {
	var b strings.Builder
	for i, l := range lines {
		last := i == len(lines)-1
		if !last && (len(l.text) != len(lines[0].text) || strings.HasSuffix(l.text, "=")) || last && len(l.text) > len(lines[0].text) {
			return "", false
		}
		if i > 0 && begins(l.text) {
			return "", false
		}
		b.WriteString(l.text)
	}
	return b.String(), true
}

// begins tells that a line is the beginning of a token beyond doubt.
func begins(text string) bool {
	octets, _ := decode(text)
	return octets != nil && known(octets)
}

// decode reads one token in hex or in base64 (RFC 4648, sections 4 and 5). A last
// odd letter is dropped: the text may be cut. nil if it is neither.
func decode(text string) ([]byte, Form) {
	text = strings.Trim(text, "\"'<>,;")
	inHex := unhex(text)
	if inHex != nil && known(inHex) {
		return inHex, Hex
	}
	inBase64 := unbase64(text)
	switch {
	case inBase64 != nil && (inHex == nil || known(inBase64)):
		return inBase64, Base64
	case inHex != nil:
		return inHex, Hex
	}
	return nil, ""
}

// known tells that octets are a token by their first ones.
func known(octets []byte) bool {
	switch authtoken.Decode(octets, authtoken.Options{}).Kind {
	case authtoken.KindUnknown, authtoken.KindText, authtoken.KindEmpty:
		return false
	}
	return true
}

func unhex(text string) []byte {
	digits := strings.TrimPrefix(strings.TrimPrefix(text, "0x"), "0X")
	digits = strings.NewReplacer(" ", "", ":", "", "-", "", "\t", "", `\x`, "").Replace(digits)
	octets, err := hex.DecodeString(digits[:len(digits)&^1])
	if err != nil || len(octets) == 0 {
		return nil
	}
	return octets
}

func unbase64(text string) []byte {
	letters := strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(text), "=")
	if len(letters)%4 == 1 {
		letters = letters[:len(letters)-1]
	}
	octets, err := base64.RawStdEncoding.DecodeString(letters)
	if err != nil || len(octets) == 0 || strings.ContainsAny(letters, "\r\n") {
		return nil
	}
	return octets
}

// dumpLine is a line of a hex dump: xxd, hexdump -C, Wireshark, tcpdump -X.
var dumpLine = regexp.MustCompile(`^\s*(?:0x)?([0-9a-fA-F]{4,8}):?\s{1,3}((?:[0-9a-fA-F]{2}){1,2}(?: {1,2}(?:[0-9a-fA-F]{2}){1,2})*)(?:\s{2,}.*)?$`)

// hexDump reads the octets of a hex dump; nil if the lines are none. Each line's
// offset has to agree with the octets before it.
func hexDump(lines []line) []byte {
	var octets []byte
	var first int
	for i, l := range lines {
		found := dumpLine.FindStringSubmatch(l.text)
		if found == nil {
			if i > 0 && strings.Trim(l.text, "0123456789abcdefABCDEF") == "" {
				continue // hexdump's last offset
			}
			return nil
		}
		offset := 0
		for _, c := range found[1] {
			offset = offset<<4 | strings.IndexRune("0123456789abcdef", c|0x20)
		}
		if i == 0 {
			first = offset
		}
		if offset-first != len(octets) {
			return nil
		}
		octets = append(octets, rowOctets(found[2])...)
	}
	return octets
}

// rowOctets are those of one row, at most 16. Two spaces stand behind the eighth,
// and before the row's text, which may look like hex itself.
func rowOctets(row string) []byte {
	var octets []byte
	for len(row) >= 2 && len(octets) < 16 {
		if row[0] == ' ' {
			if strings.HasPrefix(row, "  ") && len(octets) != 8 {
				break
			}
			row = strings.TrimLeft(row, " ")
			continue
		}
		one, err := hex.DecodeString(row[:2])
		if err != nil {
			break
		}
		octets, row = append(octets, one...), row[2:]
	}
	return octets
}
