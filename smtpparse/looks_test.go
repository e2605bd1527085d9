package smtpparse

import "testing"

func TestLooksLike(t *testing.T) {
	for _, test := range []struct {
		data string
		want Guess
	}{
		{"", GuessMore},
		{"2", GuessMore},
		{"220 mail", GuessMore},
		{"220 mail.test ESMTP Postfix\r\n", GuessServer},
		{"220-mail.test ESMTP\r\n220 x\r\n", GuessServer},
		{"250-x\r\n250-PIPELINING\r\n", GuessServer},
		{"250 2.1.0 Ok\r\n", GuessServer},
		{"334 VXNlcm5hbWU6\r\n", GuessServer},
		{"220 ProFTPD 1.3 Server\r\n", GuessNotSMTP},
		{"220 (vsFTPd 3.0.3)\r\n", GuessNotSMTP},
		{"200 news.test InterNetNews NNRP\r\n", GuessNotSMTP},
		{"HTTP/1.1 200 OK\r\n", GuessNotSMTP},
		{"250000 rows\r\n", GuessNotSMTP},
		{"EHLO client.test\r\n", GuessClient},
		{"ehlo [192.0.2.1]\r\n", GuessClient},
		{"LHLO x\n", GuessClient},
		{"EHL", GuessMore},
		{"EHLO\r\n", GuessNotSMTP},
		{"MAIL FROM:<a@x>\r\n", GuessClient},
		{"BDAT 100 LAST\r\n", GuessClient},
		{"AUTH LOGIN\r\n", GuessClient},
		{"AUTH TLS\r\n", GuessNotSMTP},
		{"NOOP\r\n", GuessMore},
		{"NOOP\r\nRCPT TO:<a@x>\r\n", GuessClient},
		{"QUIT\r\nUSER x\r\n", GuessNotSMTP},
		{"GET / HTTP/1.1\r\n", GuessNotSMTP},
		{"POST /mail HTTP/1.1\r\n", GuessNotSMTP},
		{"SSH-2.0-OpenSSH_9.2\r\n", GuessNotSMTP},
		{"PROXY TCP4 1.2.3.4 1.2.3.5 1 2\r\n", GuessClient},
		{"PROXY TCP4 1.2.3.4 1.2.3.5 1 2\r\nGET / HTTP/1.1\r\n", GuessNotSMTP},
		{"\r\n\r\n\x00\r\nQUIT\n", GuessClient},
		{"\r\n\r\n", GuessMore},
		{"\r\nx", GuessNotSMTP},
		{"\x16\x03\x01\x02\x00\x01", GuessTLS},
		{"\x16\x03", GuessMore},
		{"\x16\x03\x03\x00\x40\x02", GuessNotSMTP},
		{"\x17\x03\x03\x00\x40\x01", GuessNotSMTP},
		{"\x00\x01\x02\x03", GuessNotSMTP},
	} {
		if got := LooksLike([]byte(test.data)); got != test.want {
			t.Errorf("LooksLike(%q) = %d, want %d", test.data, got, test.want)
		}
	}
}
