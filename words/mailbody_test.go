package words

import (
	"testing"

	"smtpscope/smtpparse"
)

func TestMailBody(t *testing.T) {
	command := func(frame int64, verb string) smtpparse.Line {
		return smtpparse.Line{From: "client", Kind: smtpparse.LineCommand, Verb: verb, Frame: frame}
	}
	inside := command(5, "EHLO")
	inside.TLS = true
	gaps := smtpparse.Quality{Gaps: 1, GapBytes: 10}
	refused := []smtpparse.Recipient{{ReplyCode: 550}}
	tests := []struct {
		name     string
		message  smtpparse.Message
		dialogue []smtpparse.Line
		quality  smtpparse.Quality
		close    string
		want     string
	}{
		{name: "whole", message: smtpparse.Message{Bytes: 1200, Complete: true, Status: "sent"}, want: "1,200 octets, by DATA, complete"},
		{name: "whole though the capture is not", message: smtpparse.Message{Bytes: 1200, Complete: true, Status: "sent"}, quality: gaps, want: "1,200 octets, by DATA, complete"},
		{name: "whole and empty", message: smtpparse.Message{Complete: true, Status: "sent"}, want: "0 octets, by DATA, complete"},
		{name: "a hole", message: smtpparse.Message{Bytes: 1200, Status: "sent"}, quality: gaps, want: "1,200 octets, by DATA, NOT COMPLETE in the capture"},
		{name: "a hole of known length", message: smtpparse.Message{Bytes: 1200, Missing: 1100, Status: "sent"}, quality: gaps, want: "1,200 octets, of which 1,100 are not in the capture, by DATA, NOT COMPLETE in the capture"},
		{name: "a hole of one octet", message: smtpparse.Message{Bytes: 1200, Missing: 1, Status: "sent"}, quality: gaps, want: "1,200 octets, of which 1 is not in the capture, by DATA, NOT COMPLETE in the capture"},
		{name: "the capture ends first", message: smtpparse.Message{Bytes: 1200, Status: "cut"}, close: "eof", want: "1,200 octets, by DATA, NOT COMPLETE in the capture"},
		{name: "a snap length", message: smtpparse.Message{Bytes: 1200, Status: "aborted"}, quality: smtpparse.Quality{TruncatedPackets: 1}, want: "1,200 octets, by DATA, NOT COMPLETE in the capture"},
		{name: "begun before the capture", message: smtpparse.Message{Bytes: 1200, Status: "aborted"}, quality: smtpparse.Quality{Midstream: true}, want: "1,200 octets, by DATA, NOT COMPLETE in the capture"},
		{name: "a later message of such a session", message: smtpparse.Message{Bytes: 1, Status: "aborted"}, quality: smtpparse.Quality{Midstream: true},
			dialogue: []smtpparse.Line{command(3, "MAIL")}, want: "1 octet, by DATA, not finished: aborted"},
		{name: "reset", message: smtpparse.Message{Bytes: 170, Status: "cut"}, close: "rst", want: "170 octets, by DATA, not finished: cut by a reset"},
		{name: "closed", message: smtpparse.Message{Bytes: 170, Status: "cut"}, close: "fin", want: "170 octets, by DATA, not finished: cut by the connection's end"},
		{name: "refused under way", message: smtpparse.Message{Bytes: 170, Status: "refused"}, close: "fin", want: "170 octets, by DATA, not finished: refused"},
		{name: "a status of tomorrow", message: smtpparse.Message{Bytes: 170, Status: "new"}, close: "fin", want: "170 octets, by DATA, its end was not seen"},
		{name: "RSET before the body", message: smtpparse.Message{Status: "aborted"}, dialogue: []smtpparse.Line{command(3, "MAIL"), command(4, "RCPT"), command(5, "RSET"), command(6, "QUIT")},
			want: "no body was sent: aborted by RSET"},
		{name: "which of two is not known", message: smtpparse.Message{Status: "aborted"}, dialogue: []smtpparse.Line{command(3, "MAIL"), command(3, "RSET"), command(3, "MAIL"), command(3, "QUIT")},
			want: "no body was sent: aborted"},
		{name: "TLS came between", message: smtpparse.Message{Status: "aborted"}, dialogue: []smtpparse.Line{command(3, "MAIL"), inside}, want: "no body was sent: aborted"},
		{name: "chunks under way", message: smtpparse.Message{Bytes: 99, Status: "aborted", Transfer: "BDAT", Chunks: 2}, dialogue: []smtpparse.Line{command(3, "MAIL"), command(5, "QUIT")},
			want: "99 octets, by BDAT in 2 chunks, not finished: aborted by QUIT"},
		{name: "nobody taken", message: smtpparse.Message{Status: "refused", RcptTo: refused}, quality: gaps, want: "no body was sent"},
		{name: "perhaps in a hole", message: smtpparse.Message{Status: "aborted"}, quality: gaps, want: "none of it is in the capture"},
		{name: "by reference", message: smtpparse.Message{Status: "sent"}, want: "no octet of it was sent"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := tt.message
			m.FirstFrame = 3
			if m.Transfer == "" {
				m.Transfer = "DATA"
			}
			c := MailsOf(&smtpparse.Session{Dialogue: tt.dialogue, Quality: tt.quality, Close: tt.close})
			if got := c.Body(&m); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestSenderSeen(t *testing.T) {
	dialogue := []smtpparse.Line{{Kind: smtpparse.LineCommand, Verb: "MAIL", Frame: 3}, {Kind: smtpparse.LineCommand, Verb: "RCPT", Frame: 4}}
	tests := []struct {
		name    string
		message smtpparse.Message
		omitted int64
		want    bool
	}{
		{"the empty sender", smtpparse.Message{FirstFrame: 3}, 0, true},
		{"it begins with RCPT", smtpparse.Message{FirstFrame: 4}, 0, false},
		{"a sender is one", smtpparse.Message{FirstFrame: 4, MailFrom: "a@example.test"}, 0, true},
		{"its line may have been left out", smtpparse.Message{FirstFrame: 4}, 1, true},
	}
	for _, tt := range tests {
		c := MailsOf(&smtpparse.Session{Dialogue: dialogue, Omitted: map[string]int64{"dialogue": tt.omitted}})
		if got := c.SenderSeen(&tt.message); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

// TestMailUnderWay: a message of a session that goes on lacks nothing yet.
func TestMailUnderWay(t *testing.T) {
	mails := MailsOf(&smtpparse.Session{Open: true, Quality: smtpparse.Quality{Gaps: 1, Midstream: true}})
	m := smtpparse.Message{Bytes: 12, Transfer: "DATA", Status: "unknown", FirstFrame: 3}
	if got := mails.Body(&m); got != "12 octets, by DATA" || !mails.GoesOn(&m) {
		t.Errorf("%s, goes on: %v", got, mails.GoesOn(&m))
	}
	if mails.SenderSeen(&m) {
		t.Error("its MAIL was not seen")
	}
	m.Bytes = 0
	if got := mails.Body(&m); got != "0 octets, by DATA" {
		t.Error(got)
	}
	if m.Status = "sent"; mails.GoesOn(&m) {
		t.Error("it has an end")
	}
}
