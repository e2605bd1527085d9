package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"testing"
)

var (
	dataCommand = regexp.MustCompile(`(?i)\r\nDATA\r\n`)
	bdatCommand = regexp.MustCompile(`^BDAT (\d+)( LAST)?\r\n`)
	queuedReply = regexp.MustCompile(`Ok: (\d+) bytes queued`)
	sizeInMail  = regexp.MustCompile(`\r\nMAIL FROM:\S+ SIZE=(\d+)`)
)

// checkStretched returns a check that a session has a mail of about so many octets,
// framed as RFC 5321 (section 4.5.2) and RFC 3030 want it.
func checkStretched(size int) func(*testing.T, [2][]byte) {
	return func(t *testing.T, said [2][]byte) {
		client := said[0]
		mail, err := mailByDATA(client)
		if bytes.Contains(client, []byte("\r\nBDAT ")) {
			mail, err = mailByBDAT(client)
			if m := queuedReply.FindSubmatch(said[1]); m == nil || string(m[1]) != strconv.Itoa(mail) {
				t.Errorf("the mail has %d octets, the reply says %s", mail, m)
			}
		}
		if err != nil {
			t.Error(err)
			return
		}
		if mail < size-1000 || mail > size+100_000 {
			t.Errorf("a mail of %d octets, want about %d", mail, size)
		}
		if m := sizeInMail.FindSubmatch(client); m != nil && string(m[1]) != strconv.Itoa(mail) {
			t.Errorf("the mail has %d octets, MAIL says %s", mail, m[1])
		}
	}
}

// mailByDATA returns the size of the first mail, dots not unstuffed.
func mailByDATA(client []byte) (int, error) {
	at := dataCommand.FindIndex(client)
	if at == nil {
		return 0, fmt.Errorf("no mail in %.200q", client)
	}
	mail, rest, ended := bytes.Cut(client[at[1]:], []byte("\r\n.\r\n"))
	if !ended || len(rest) > 200 {
		return 0, fmt.Errorf("%d octets of mail, %d behind it", len(mail), len(rest))
	}
	if bareLine.Match(mail) {
		return 0, fmt.Errorf("bare CR or LF")
	}
	for _, line := range bytes.Split(mail, []byte("\r\n")) {
		if len(line) > 998 || len(line) > 0 && line[0] == '.' && line[1] != '.' {
			return 0, fmt.Errorf("line %.100q", line)
		}
	}
	return len(mail) + len("\r\n"), nil
}

// mailByBDAT returns the size of the first mail.
func mailByBDAT(client []byte) (int, error) {
	rest := client[bytes.Index(client, []byte("\r\nBDAT "))+2:]
	for size := 0; ; {
		m := bdatCommand.FindSubmatch(rest)
		if m == nil {
			return 0, fmt.Errorf("BDAT expected: %.100q", rest)
		}
		n, _ := strconv.Atoi(string(m[1]))
		size += n
		if len(m[2]) > 0 {
			return size, nil
		}
		rest = rest[len(m[0])+n:]
	}
}
