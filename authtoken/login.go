package authtoken

import (
	"bytes"
	"encoding/base64"
	"slices"
	"unicode/utf8"
)

// A loginStep says what LOGIN's client sends next. The mechanism has no
// specification worth the name (draft-murchison-sasl-login): servers prompt in
// any words and any language. So an answer is a user only if it is the first one
// and nothing speaks against it; whatever else it may be is a password.
type loginStep uint8

const (
	awaitInitial  loginStep = iota // nothing was asked: an initial response is the user
	awaitAnswer                    // one prompt, in words that are not known
	awaitUser                      // the last prompt asks for the user
	awaitPassword                  // and everything after it is treated as one too
)

// prompted is the step after a prompt. A second one without an answer between
// tells that the answer was not seen.
func (step loginStep) prompted(prompt []byte) loginStep {
	switch {
	case step == awaitPassword || asksForPassword(prompt):
		return awaitPassword
	case asksForUser(prompt):
		return awaitUser
	case step == awaitInitial:
		return awaitAnswer
	}
	return awaitPassword
}

// afterEmpty is the step after an empty answer: no user (the server will ask
// again), but an empty password is one.
func (step loginStep) afterEmpty() loginStep {
	if step == awaitPassword {
		return awaitPassword
	}
	return awaitInitial
}

// Prompt takes a prompt that is not base64, as some servers send behind 334, in
// place of an Add of the server's token. Only LOGIN heeds it.
func (x *Exchange) Prompt(text string) {
	prompt := []byte(text)
	if x.mechanism == "" {
		x.named(inferMechanism(Server, prompt))
	}
	x.login = x.login.prompted(prompt)
}

// Lost says that a part of the exchange was not seen. What the client sends from
// now on under PLAIN, LOGIN or an unknown name may be anything and is treated as
// a secret: masked whole, never a user.
func (x *Exchange) Lost() {
	x.lost = true
	x.login = awaitPassword
}

// decodeLogin reads a prompt, or what answers it: see loginStep.
func (d *decoder) decodeLogin(in span) *Token {
	if d.from == Server {
		s := d.begin("sasl.login.prompt", in)
		if isText(in.b) || utf8.Valid(in.b) {
			s.add("prompt", s.str.text(in.b), in)
		}
		d.x.login = d.x.login.prompted(in.b)
		return s.finish()
	}
	step := d.x.login
	d.x.login = awaitPassword
	if step != awaitPassword {
		s := d.begin("sasl.login.username", in)
		user := s.str.text(in.b)
		s.add("username", user, in)
		s.x.sasl().User = user
		return s.finish()
	}
	s := d.begin("sasl.login.password", in)
	s.password(in)
	return s.finish()
}

// The words by which prompts are known, in lower case and in the tongues that
// servers have been seen to use. Where both occur, it is the password.
var (
	passwordWords = []string{"pass", "word:", "pwd", "secret", "kennwort", "contrase", "clave", "senha", "parol", "wachtwoord",
		"losenord", "lösenord", "adgangskode", "salasana", "heslo", "hasło", "haslo", "jelsz", "şifre", "sifre",
		"пароль", "密码", "密碼", "口令", "パスワード", "암호", "비밀번호"}
	userWords = []string{"user", "login", "name", "benutzer", "usuario", "usuário", "utilisateur", "utente", "identifiant",
		"account", "konto", "gebruiker", "användar", "bruger", "käyttäj", "имя", "пользовател", "логин",
		"用户", "使用者", "ユーザ", "사용자"}
)

// The prompts that nearly all servers send, which need no search.
const (
	userPrompt     = "Username:"
	passwordPrompt = "Password:"
)

func asksForPassword(prompt []byte) bool {
	switch string(prompt) {
	case userPrompt:
		return false
	case passwordPrompt:
		return true
	}
	return holdsWord(prompt, passwordWords)
}

func asksForUser(prompt []byte) bool {
	return string(prompt) == userPrompt || holdsWord(prompt, userWords)
}

// holdsWord looks in the prompt, and in what it is base64 of: a prompt whose
// base64 was not undone because it was cut is still a prompt.
func holdsWord(prompt []byte, words []string) bool {
	prompt = prompt[:min(len(prompt), maxPrompt)]
	return holdsAny(prompt, words) || holdsAny(unarmored(prompt), words)
}

// maxPrompt is how much of a prompt is looked at, in octets.
const maxPrompt = 512

func holdsAny(text []byte, words []string) bool {
	lower := bytes.ToLower(text)
	return slices.ContainsFunc(words, func(word string) bool { return bytes.Contains(lower, []byte(word)) })
}

// unarmored is what can be undone of base64 from the beginning.
func unarmored(text []byte) []byte {
	out := make([]byte, base64.StdEncoding.DecodedLen(len(text))+3)
	n, _ := base64.RawStdEncoding.Decode(out, bytes.TrimRight(bytes.TrimSpace(text), "="))
	return out[:n]
}
