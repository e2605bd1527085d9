package authtoken

import (
	"encoding/base64"
	"testing"
)

// A turn is one step of a LOGIN exchange: a token of either side, a prompt in
// plain words, or a gap.
type turn struct {
	kind turnKind
	text string
}

type turnKind uint8

const (
	answer turnKind = iota
	challenge
	plainPrompt
	gap
)

func play(t *testing.T, mechanism string, turns []turn) *Exchange {
	t.Helper()
	x := NewExchange(mechanism, Options{})
	for _, turn := range turns {
		switch turn.kind {
		case plainPrompt:
			x.Prompt(turn.text)
			continue
		case gap:
			x.Lost()
			continue
		}
		side := Client
		if turn.kind == challenge {
			side = Server
		}
		token := x.Add(side, []byte(turn.text))
		checkToken(t, token, []byte(turn.text))
		checkSecrets(t, x, token)
	}
	return x
}

func TestLoginPrompts(t *testing.T) {
	password := turn{answer, "S3cretMarker"}
	tests := []struct {
		name      string
		mechanism string
		turns     []turn
		user      string
	}{
		{"plain prompt for the password", "LOGIN", []turn{{plainPrompt, "Password please"}, password}, ""},
		{"plain prompt for the user", "LOGIN", []turn{{plainPrompt, "Username please"}, {answer, "alice"}, {plainPrompt, "ok"}, password}, "alice"},
		{"plain prompt in French", "LOGIN", []turn{{plainPrompt, "Mot de passe :"}, password}, ""},
		{"prompt in Spanish", "LOGIN", []turn{{challenge, "Contraseña:"}, password}, ""},
		{"prompt in German", "LOGIN", []turn{{challenge, "Kennwort:"}, password}, ""},
		{"prompt cut in front", "LOGIN", []turn{{challenge, "word:"}, password}, ""},
		{"both words", "LOGIN", []turn{{challenge, "Password for user:"}, password}, ""},
		{"base64 that was not undone", "LOGIN", []turn{{plainPrompt, base64.StdEncoding.EncodeToString([]byte("Password:"))}, password}, ""},
		{"base64 that was cut", "LOGIN", []turn{{plainPrompt, base64.StdEncoding.EncodeToString([]byte("Password:"))[:9]}, password}, ""},
		{"one prompt in other words", "LOGIN", []turn{{challenge, "?"}, {answer, "alice"}, {challenge, "??"}, password}, "alice"},
		{"two prompts in other words", "LOGIN", []turn{{challenge, "?"}, {challenge, "?"}, password}, ""},
		{"two empty prompts", "LOGIN", []turn{{challenge, ""}, {challenge, ""}, password}, ""},
		{"user asked for, then other words", "LOGIN", []turn{{challenge, "Username:"}, {challenge, "?"}, password}, ""},
		{"user asked for at last", "LOGIN", []turn{{challenge, "?"}, {challenge, "Username:"}, {answer, "alice"}, password}, "alice"},
		{"password asked for, then the user", "LOGIN", []turn{{challenge, "Password:"}, {challenge, "Username:"}, password}, ""},
		{"gap at the beginning", "LOGIN", []turn{{kind: gap}, password}, ""},
		{"gap before the user's prompt", "LOGIN", []turn{{kind: gap}, {challenge, "Username:"}, password}, ""},
		{"gap, and an empty answer", "LOGIN", []turn{{kind: gap}, {answer, ""}, {challenge, "Username:"}, password}, ""},
		{"gap after the user", "LOGIN", []turn{{answer, "alice"}, {kind: gap}, password, password}, "alice"},
		{"no name, nothing asked", "", []turn{password}, ""},
		{"no name, other words", "", []turn{{challenge, "Benutzername:"}, password}, ""},
		{"no name, user asked for", "", []turn{{challenge, "Username:"}, {answer, "alice"}, password}, "alice"},
		{"no name, user asked for in plain words", "", []turn{{plainPrompt, "Username:"}, {answer, "alice"}, password}, "alice"},
		{"no name, password asked for in plain words", "", []turn{{plainPrompt, "Password:"}, password}, ""},
		{"no name, gap, user asked for", "", []turn{{kind: gap}, {challenge, "Username:"}, password}, ""},
		{"PLAIN after a gap", "PLAIN", []turn{{kind: gap}, {answer, "S3cretMarker\x00S3cretMarker\x00x"}}, ""},
		{"unknown name after a gap", "X-OWN", []turn{{kind: gap}, password}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x := play(t, test.mechanism, test.turns)
			user := ""
			if x.SASL != nil {
				user = x.SASL.User
			}
			if user != test.user {
				t.Errorf("user %q, want %q", user, test.user)
			}
		})
	}
}

// TestMisplacedPasswords: messages of one form sent for another.
func TestMisplacedPasswords(t *testing.T) {
	tests := []struct {
		name      string
		mechanism string
		token     string
		want      SASL
	}{
		{"PLAIN as C strings", "PLAIN", "alice\x00S3cretMarker\x00", SASL{User: "alice", Password: Redacted}},
		{"PLAIN with nothing but a first part", "PLAIN", "alice\x00\x00", SASL{User: "alice", Password: Redacted}},
		{"PLAIN with an empty password", "PLAIN", "\x00alice\x00", SASL{User: "alice"}},
		{"PLAIN with a NUL in the password", "PLAIN", "\x00alice\x00S3cretMarker\x00S3cretMarker", SASL{User: "alice", Password: Redacted}},
		{"EXTERNAL", "EXTERNAL", "alice\x00S3cretMarker", SASL{AuthzID: "alice", Password: Redacted}},
		{"EXTERNAL with PLAIN's message", "EXTERNAL", "\x00alice\x00S3cretMarker", SASL{Password: Redacted}},
		{"ANONYMOUS", "ANONYMOUS", "alice\x00S3cretMarker", SASL{Trace: "alice", Password: Redacted}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x := NewExchange(test.mechanism, Options{})
			token := x.Add(Client, []byte(test.token))
			checkToken(t, token, []byte(test.token))
			checkSecrets(t, x, token)
			if x.SASL == nil || *x.SASL != test.want {
				t.Errorf("%+v, want %+v", x.SASL, test.want)
			}
		})
	}
}
