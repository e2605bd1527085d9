package smtpparse

import (
	"encoding/base64"
	"slices"
)

// noBase64 marks octets outside the alphabet.
const noBase64 = 0xff

// base64Value gives each octet's six bits.
var base64Value = func() (v [256]byte) {
	for i := range v {
		v[i] = noBase64
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range len(alphabet) {
		v[alphabet[i]] = byte(i)
	}
	return v
}()

// decodeBase64 decodes text; the octets are valid until the next call. When it is
// not clean base64 (RFC 4648, section 4), what is outside the alphabet is passed
// over, missing padding is taken as there, and a last odd letter is dropped.
func (p *Parser) decodeBase64(text []byte) (octets []byte, clean bool) {
	if len(text) == 0 {
		return nil, true
	}
	most := base64.StdEncoding.DecodedLen(len(text))
	p.room.token = slices.Grow(p.room.token[:0], most)
	octets = p.room.token[:most]
	// StdEncoding passes over CR and LF, which a line never holds at its end.
	if n, err := base64.StdEncoding.Decode(octets, text); err == nil && indexCR(text) < 0 {
		return octets[:n], true
	}
	octets = octets[:0]
	bits, have := uint32(0), 0
	for _, c := range text {
		v := base64Value[c]
		if v == noBase64 {
			continue
		}
		bits, have = bits<<6|uint32(v), have+1
		if have == 4 {
			octets = append(octets, byte(bits>>16), byte(bits>>8), byte(bits))
			bits, have = 0, 0
		}
	}
	switch have {
	case 2:
		octets = append(octets, byte(bits>>4))
	case 3:
		octets = append(octets, byte(bits>>10), byte(bits>>2))
	}
	return octets, false
}

func indexCR(b []byte) int {
	for i, c := range b {
		if c == '\r' {
			return i
		}
	}
	return -1
}

// words tells that a text is meant for humans: letters, spaces and punctuation
// that base64 does not have.
func words(text []byte) bool {
	odd := 0
	for _, c := range text {
		if base64Value[c] == noBase64 && c != '=' {
			odd++
		}
	}
	return odd*20 > len(text) || len(text) < 8 && odd > 0
}

// base64Like tells that a word could be a credential in base64.
func base64Like(word []byte) bool {
	if len(word) < 8 {
		return false
	}
	for _, c := range word {
		if base64Value[c] == noBase64 && c != '=' && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// cleanBase64 tells what decodeBase64 does of text, without decoding.
func cleanBase64(text []byte) bool {
	letters := text
	for n := 0; n < 2 && len(letters) > 0 && letters[len(letters)-1] == '='; n++ {
		letters = letters[:len(letters)-1]
	}
	return len(text)%4 == 0 && base64Only(letters)
}

// base64Only tells that b holds nothing but letters of base64.
func base64Only(b []byte) bool {
	for _, c := range b {
		if base64Value[c] == noBase64 {
			return false
		}
	}
	return true
}
