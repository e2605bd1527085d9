package smtpparse

import (
	"bytes"
	"strings"

	"github.com/emersion/go-message"
)

// headerFields are what is read of a header: of the message, or of a part.
type headerFields struct {
	subject, from, to, messageID, date string

	media    string // in lower case
	boundary string
	fileName string
	attached bool // Content-Disposition: attachment
	base64   bool
}

// isFile tells that a part is an attachment. A multipart is none.
func (f *headerFields) isFile() bool {
	return f.boundary == "" && (f.fileName != "" || f.attached)
}

// readHeader reads the fields of a header whose lines end in LF. top: the
// message's own header.
func readHeader(b []byte, top bool) (f headerFields) {
	var h message.Header
	for len(b) > 0 {
		var field []byte
		field, b = cutField(b)
		name, value, ok := bytes.Cut(field, []byte(":"))
		if !ok {
			continue
		}
		f.field(&h, name, value, top)
	}
	if h.Has("Content-Type") || h.Has("Content-Disposition") {
		f.content(&h)
	}
	return f
}

// cutField splits off the first field with its folded lines.
func cutField(b []byte) (field, rest []byte) {
	for i, c := range b {
		if c == '\n' && (i+1 == len(b) || !isSpace(b[i+1])) {
			return b[:i], b[i+1:]
		}
	}
	return b, nil
}

// longestField is the length of the longest name of a field that is wanted.
const longestField = len("content-transfer-encoding")

// field takes one field; of several with the same name the first counts. Most
// fields of a mail are not wanted.
func (f *headerFields) field(h *message.Header, name, value []byte, top bool) {
	name = bytes.TrimRight(name, " \t")
	if len(name) > longestField {
		return
	}
	var room [longestField]byte
	to := (*string)(nil)
	name = appendLower(room[:0], name)
	switch string(name) {
	case "content-type", "content-disposition":
		if key := string(name); !h.Has(key) {
			h.Set(key, unfold(value))
		}
		return
	case "content-transfer-encoding":
		f.base64 = strings.EqualFold(unfold(value), "base64")
		return
	case "subject":
		to = &f.subject
	case "from":
		to = &f.from
	case "to":
		to = &f.to
	case "message-id":
		to = &f.messageID
	case "date":
		to = &f.date
	}
	if to != nil && top && *to == "" {
		*to = decodeWords(unfold(value))
	}
}

// unfold joins a folded field's lines (RFC 5322, section 2.2.3).
func unfold(b []byte) string {
	b = bytes.TrimSpace(b)
	if bytes.IndexByte(b, '\n') < 0 {
		return string(b)
	}
	out := make([]byte, 0, len(b))
	for _, c := range b {
		if c != '\n' && c != '\r' {
			out = append(out, c)
		}
	}
	return string(out)
}

// content reads the media type and the disposition. Parameters may be split and
// encoded (RFC 2231); many senders put encoded words there, against RFC 2047.
func (f *headerFields) content(h *message.Header) {
	media, params, err := h.ContentType()
	if err != nil {
		raw, _, _ := strings.Cut(h.Get("Content-Type"), ";")
		media = strings.ToLower(strings.TrimSpace(raw))
	}
	f.media = strings.ToLower(media)
	if strings.HasPrefix(f.media, "multipart/") {
		f.boundary = params["boundary"]
		if f.boundary == "" {
			f.boundary = looseParam(h.Get("Content-Type"), "boundary")
		}
	}
	f.fileName = fileName(h.Get("Content-Type"), "name", params)
	if !h.Has("Content-Disposition") {
		return
	}
	disposition, params, err := h.ContentDisposition()
	if err != nil {
		raw, _, _ := strings.Cut(h.Get("Content-Disposition"), ";")
		disposition = strings.TrimSpace(raw)
	}
	f.attached = strings.EqualFold(disposition, "attachment")
	if name := fileName(h.Get("Content-Disposition"), "filename", params); name != "" {
		f.fileName = name
	}
}

// fileName finds a file's name in a field. params are the field's parameters,
// nil when it is not well formed.
func fileName(field, param string, params map[string]string) string {
	extended, ok := extendedParam(field, param)
	if ok {
		return extended
	}
	name := params[param]
	if params == nil {
		name = looseParam(field, param)
	}
	if name == "" {
		return extended
	}
	return decodeWords(name)
}

// looseParam finds a parameter in a field that is not well formed.
func looseParam(field, name string) string {
	key := name + "="
	at := 0
	for at+len(key) <= len(field) && !strings.EqualFold(field[at:at+len(key)], key) {
		at++
	}
	if at+len(key) > len(field) {
		return ""
	}
	value := field[at+len(key):]
	if strings.HasPrefix(value, `"`) {
		value, _, _ = strings.Cut(value[1:], `"`)
		return value
	}
	value, _, _ = strings.Cut(value, ";")
	return strings.TrimSpace(value)
}
