package paste

import (
	"encoding/base64"
	"encoding/hex"
	"strings"

	"smtpscope/authtoken"
)

// A token is a token's octets and the line that it stood in.
type token struct {
	octets []byte
	line   int64
}

const (
	// maxTokens bounds the tokens that are read of lines without a conversation: no
	// exchange has nearly as many.
	maxTokens = 64
	// maxWrapped bounds the lines of one token: a mailer makes a thousand of the
	// longest line that SMTP servers take.
	maxWrapped = 4096
)

// header is where HTTP has its tokens.
var header = expression(`(?i)^(?:(?:proxy-|www-)?auth(?:orization|enticate): *)?(?:negotiate|ntlm) +`)

// tokensOf finds the tokens in lines that are no conversation.
func tokensOf(lines []line) ([]token, Form) {
	if len(lines) == 0 {
		return nil, ""
	}
	for i := range lines {
		lines[i].text = header().ReplaceAllString(lines[i].text, "")
	}
	if whole, ok := unwrapped(lines); ok {
		if octets, form := decode(whole); octets != nil {
			return []token{{octets, lines[0].number}}, form
		}
	}
	if octets := hexLines(lines); octets != nil {
		return []token{{octets, lines[0].number}}, Hex
	}
	tokens, form := tokenLines(lines)
	if tokens == nil {
		tokens, form = tokenWords(lines)
	}
	if len(tokens) > 1 {
		form = Lines
	}
	return tokens, form
}

// tokenLines reads lines that hold nothing but tokens, some of them broken.
func tokenLines(lines []line) (tokens []token, form Form) {
	var last string
	for _, l := range lines[:min(len(lines), maxWrapped)] {
		if n := len(tokens); n > 0 && goesOn(last, l.text) {
			last += l.text
			tokens[n-1].octets, form = decode(last)
			continue
		}
		octets, f := decode(l.text)
		if octets == nil {
			return nil, ""
		}
		if len(tokens) == maxTokens {
			break
		}
		tokens, form, last = append(tokens, token{octets, l.number}), f, l.text
	}
	return tokens, form
}

// tokenWords finds tokens among other words. Only those count that are tokens beyond
// doubt.
func tokenWords(lines []line) (tokens []token, form Form) {
	for _, l := range lines {
		for _, word := range strings.FieldsFunc(l.text, notInToken) {
			if len(word) < leastWrapped || len(tokens) == maxTokens {
				continue
			}
			if octets, f := decode(word); octets != nil && known(octets) {
				tokens, form = append(tokens, token{octets, l.number}), f
			}
		}
	}
	return tokens, form
}

// notInToken tells what stands between words: a "=" may end a token, or be between a
// name and its value.
func notInToken(r rune) bool {
	return !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-", r)
}

// hexLines reads one token in hex over lines of any length; nil if it is none.
func hexLines(lines []line) []byte {
	var b strings.Builder
	for _, l := range lines[:min(len(lines), maxWrapped)] {
		if !begins(l.text) && unhex(l.text) == nil {
			return nil
		}
		b.WriteString(l.text + " ")
	}
	if octets := unhex(b.String()); octets != nil && known(octets) {
		return octets
	}
	return nil
}

// unwrapped puts the lines of one token together again. Those that a mailer or a
// terminal broke are of one length, but for the last one, and only there is padding.
func unwrapped(lines []line) (string, bool) {
	var b strings.Builder
	if len(lines) > maxWrapped {
		return "", false
	}
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

// hexMarks are what programs put around octets in hex: those of C, of tcpdump, of
// certificates.
var hexMarks = strings.NewReplacer("0x", "", "0X", "", `\x`, "", " ", "", ":", "", "-", "", ",", "", "\t", "", "{", "", "}", "", ";", "", `"`, "", "\\", "")

func unhex(text string) []byte {
	digits := hexMarks.Replace(text)
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
