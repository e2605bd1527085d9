package smtpparse

import (
	"io"
	"mime"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
)

// maxCharset is the longest name of a character set (RFC 2978, section 2.3).
const maxCharset = 40

// fromCharset converts octets to UTF-8; false when the character set is not
// known. Octets that it does not have become U+FFFD. The result has at most
// four octets for each of b.
func fromCharset(name string, b []byte) (text string, ok bool) {
	name, _, _ = strings.Cut(name, "*") // the language (RFC 2231, section 5)
	if strings.EqualFold(name, "utf-8") || strings.EqualFold(name, "us-ascii") {
		return string(b), true
	}
	set := charset(name)
	if set == nil {
		return "", false
	}
	out, err := set.NewDecoder().Bytes(b)
	return string(out), err == nil
}

// charset finds a character set by its name, nil if it is not known. What
// browsers make of a name goes first: mail programs too say gb2312 and mean more.
func charset(name string) encoding.Encoding {
	if len(name) == 0 || len(name) > maxCharset {
		return nil
	}
	if set, err := htmlindex.Get(name); err == nil && set != encoding.Replacement {
		return set
	}
	for _, alias := range []string{name, "cs" + name} { // csISO2022JP is seen without its prefix
		if set, err := ianaindex.MIME.Encoding(alias); err == nil && set != nil {
			return set
		}
	}
	return nil
}

// wordDecoder decodes encoded words (RFC 2047).
var wordDecoder = mime.WordDecoder{CharsetReader: func(name string, input io.Reader) (io.Reader, error) {
	b, err := io.ReadAll(input)
	if err != nil {
		return nil, err
	}
	text, ok := fromCharset(name, b)
	if !ok {
		return nil, mime.ErrInvalidMediaParameter
	}
	return strings.NewReader(text), nil
}}

// decodeWords undoes encoded words. Where one of them cannot be decoded, as in
// a character set that is not known, the text stays as it is.
func decodeWords(s string) string {
	if !strings.Contains(s, "=?") {
		return s
	}
	if text, err := wordDecoder.DecodeHeader(s); err == nil {
		return text
	}
	return s
}
