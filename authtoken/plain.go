package authtoken

import (
	"bytes"
	"unicode/utf8"
)

// decodePlain reads RFC 4616: [authzid] NUL authcid NUL passwd. What does not
// have two NULs may be a bare password and is masked as a whole.
func (d *decoder) decodePlain(in span) *Token {
	s := d.begin("sasl.plain.message", in)
	if d.from == Server {
		s.remark(in)
		return s.finish()
	}
	first := bytes.IndexByte(in.b, 0)
	second := -1
	if first >= 0 {
		if n := bytes.IndexByte(in.b[first+1:], 0); n >= 0 {
			second = first + 1 + n
		}
	}
	if second < 0 {
		s.secret("message", in, printableOEM)
		s.damage("message", in.at, "fewer than two NUL octets")
		return s.finish()
	}
	x := s.x.sasl()
	x.AuthzID = printable(string(in.b[:first]))
	x.User = printable(string(in.b[first+1 : second]))
	s.add("authzid", x.AuthzID, in.to(first))
	s.add("authcid", x.User, in.sub(first+1, second))
	s.password(in.from(second + 1))
	return s.finish()
}

// password adds a password and keeps it in the summary, masked or not.
func (s *scan) password(at span) {
	s.secret("passwd", at, printableOEM)
	if len(at.b) > 0 {
		s.x.sasl().Password = s.x.masked(at.b, printableOEM)
	}
}

// remark takes words that the server says where the mechanism has none for it.
func (s *scan) remark(in span) {
	if isText(in.b) {
		s.token.Kind = KindText
		s.add("text", printable(string(in.b)), in)
		return
	}
	s.token.Kind = KindUnknown
}

// A loginStep says what LOGIN's client sends next. The mechanism has no
// specification worth the name (draft-murchison-sasl-login): servers prompt in
// any words and any language, so the order counts, and a prompt only where it
// plainly asks for the password.
type loginStep uint8

const (
	expectUser loginStep = iota
	expectPassword
	expectNothing // more answers than two: treated as passwords
)

// afterEmpty is the step after an empty answer: no user (the server will ask
// again), but an empty password is one.
func (step loginStep) afterEmpty() loginStep {
	if step == expectUser {
		return expectUser
	}
	return expectNothing
}

func (d *decoder) decodeLogin(in span) *Token {
	if d.from == Server {
		s := d.begin("sasl.login.prompt", in)
		if isText(in.b) || utf8.Valid(in.b) {
			s.add("prompt", printable(string(in.b)), in)
		}
		if d.x.login == expectUser && asksForPassword(in.b) {
			d.x.login = expectPassword
		}
		return s.finish()
	}
	if d.x.login == expectUser {
		d.x.login = expectPassword
		s := d.begin("sasl.login.username", in)
		user := printable(string(in.b))
		s.add("username", user, in)
		s.x.sasl().User = user
		return s.finish()
	}
	d.x.login = expectNothing
	s := d.begin("sasl.login.password", in)
	s.password(in)
	return s.finish()
}

// asksForPassword knows the word in the tongues that servers have been seen to use.
func asksForPassword(prompt []byte) bool {
	lower := bytes.ToLower(prompt)
	for _, word := range [...]string{"pass", "kennwort", "contrase", "senha", "parol", "пароль", "密码", "密碼", "パスワード"} {
		if bytes.Contains(lower, []byte(word)) {
			return true
		}
	}
	return false
}

// decodeExternal reads RFC 4422, appendix A: the authorization identity.
func (d *decoder) decodeExternal(in span) *Token {
	s := d.begin("sasl.external.authzid", in)
	if d.from == Server {
		s.remark(in)
		return s.finish()
	}
	authzid := printable(string(in.b))
	s.add("authzid", authzid, in)
	s.x.sasl().AuthzID = authzid
	return s.finish()
}

// decodeAnonymous reads RFC 4505: trace information, an address or any words.
func (d *decoder) decodeAnonymous(in span) *Token {
	s := d.begin("sasl.anonymous.trace", in)
	if d.from == Server {
		s.remark(in)
		return s.finish()
	}
	trace := printable(string(in.b))
	s.add("trace", trace, in)
	s.x.sasl().Trace = trace
	return s.finish()
}
