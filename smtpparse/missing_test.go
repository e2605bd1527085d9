package smtpparse

import "testing"

// TestMissing holds what a hole adds to a message: its octets where they are of
// the message beyond doubt, nothing else.
func TestMissing(t *testing.T) {
	testConversations(t, []conversation{{
		name:     "several holes",
		script:   underway + "C: one\nC! 100\nC! 20\nC~ wo\\r\\n\nC! 3\nC~ \\r\\n.\\r\\n\nS: 250 ok\n",
		messages: []string{"a@x>b@x=250 DATA 134 sent 250 missing 123"},
	}, {
		name:     "of unknown length",
		script:   underway + "C: one\nC! 0\nC~ wo\\r\\n.\\r\\n\nS: 250 ok\n",
		messages: []string{"a@x>b@x=250 DATA 9 sent 250"},
	}, {
		name:     "known and unknown",
		script:   underway + "C: one\nC! 0\nC! 10\nC~ wo\\r\\n.\\r\\n\nS: 250 ok\n",
		messages: []string{"a@x>b@x=250 DATA 19 sent 250 missing 10"},
	}, {
		name:     "the end in the second hole",
		script:   underway + "C: one\nC! 100\nC: two\nC! 200\nS: 250 ok\nC: QUIT\nS: 221 bye\n",
		messages: []string{"a@x>b@x=250 DATA 110 sent 250 missing 100"},
	}, {
		name:     "the end in the hole, commands behind it",
		script:   underway + "C: one\nC! 100\nC: QUIT\nS: 250 ok\nS: 221 bye\n",
		messages: []string{"a@x>b@x=250 DATA 5 sent 250"},
	}, {
		name:     "the dot behind the hole",
		script:   underway + "C: one\nC! 100\nC: .\nS: 250 ok\nC: QUIT\nS: 221 bye\n",
		messages: []string{"a@x>b@x=250 DATA 105 sent 250 missing 100"},
	}, {
		name:     "the last that was seen",
		script:   underway + "C: one\nC! 100\n",
		messages: []string{"a@x>b@x=250 DATA 5 cut 0"},
	}, {
		name:     "cut off behind the hole",
		script:   underway + "C: one\nC! 100\nC: two\n",
		messages: []string{"a@x>b@x=250 DATA 110 cut 0 missing 100"},
	}, {
		name:     "refused in the middle",
		script:   underway + "C: one\nC! 100\nS: 421 bye\n",
		messages: []string{"a@x>b@x=250 DATA 5 refused 421"},
	}, {
		name:     "a false end behind the hole",
		script:   underway + "C: one\nC! 100\nC~ wo\\n.\\nQUIT\\r\\n\nS: 250 ok\nS: 221 bye\n",
		messages: []string{"a@x>b@x=250 DATA 108 sent 250 missing 100"},
	}, {
		name:     "the header cut; attachments count what was seen",
		script:   underway + "C~ Subject: s\\r\\nX-\nC! 100\nC~ y\\r\\n\\r\\n12345\\r\\n.\\r\\n\nS: 250 ok\n",
		messages: []string{"a@x>b@x=250 DATA 126 sent 250 missing 100"},
	}, {
		name:     "two chunks, both holed",
		script:   addressed + "C~ BDAT 100\\r\\n01234\nC! 95\nC~ BDAT 50 LAST\\r\\n\nC! 20\nC~ 012345678901234567890123456789\nS: 250 ok\nS: 250 ok\n",
		messages: []string{"a@x>b@x=250 BDAT 150 sent 250 missing 115"},
	}, {
		name:     "over the end of the last chunk",
		script:   addressed + "C~ BDAT 100 LAST\\r\\n0123456789\nC! 300\nS: 250 queued\nC: MAIL FROM:<a@x>\nS: 250 ok\n",
		messages: []string{"a@x>b@x=250 BDAT 100 sent 250 missing 90"},
	}, {
		name:     "XEXCH50's octets are no message's",
		script:   greeted + "C: XEXCH50 10 2\nS: 354 go\nC~ 01234\nC! 5\nS: 250 ok\nC: NOOP\nS: 250 ok\n",
		messages: []string{},
	}, {
		name:     "a capture from the middle",
		options:  Options{Midstream: true},
		script:   "C~ one\\r\\ntwo\nC! 100\nC~ three\\r\\n.\\r\\n\nS: 250 queued\nC: QUIT\nS: 221 bye\n",
		messages: []string{"> DATA 115 sent 250 missing 100"},
	}})
}

func TestAttachmentsCountWhatWasSeen(t *testing.T) {
	s := (underway + script(`
C~ Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: x/y; name=f\r\n\r\n12345
C! 100
C~ 67890\r\n--b--\r\n.\r\n
S: 250 ok
`)).run(t, Options{})
	if m := s.Messages[0]; m.Missing != 100 || len(m.Attachments) != 1 || m.Attachments[0].Bytes != 10 {
		t.Errorf("%+v", m)
	}
}
