package authtoken

import (
	"strconv"
	"time"
)

// krbError reads KRB-ERROR (RFC 4120, section 5.9.1). Only the server's is summed up.
func (s *scan) krbError(in span) {
	var k *ticketSummary
	if s.from == Client {
		k = &ticketSummary{}
	} else {
		k = s.x.kerberos()
	}
	susec := int64(0)
	for f, ok := s.next(&in, ""); ok; f, ok = s.next(&in, "") {
		switch f.tag() {
		case context:
			s.number(f.body(), "pvno")
		case context | 1:
			s.number(f.body(), "msg-type")
		case context | 2:
			s.timestamp(f.body(), "ctime")
		case context | 3:
			s.number(f.body(), "cusec")
		case context | 4:
			k.ServerTime = s.timestamp(f.body(), "stime")
		case context | 5:
			susec, _ = s.number(f.body(), "susec")
		case context | 6:
			s.errorCode(f.body(), k)
		case context | 7:
			s.text(f.body(), "crealm")
		case context | 8:
			s.principal("cname", f.body())
		case context | 9:
			s.text(f.body(), "realm")
		case context | 10:
			k.ErrorSPN = s.principal("sname", f.body())
		case context | 11:
			k.ErrorText = s.text(f.body(), "e-text")
		case context | 12:
			s.errorData(f.body())
		default:
			s.unknownField(f)
		}
	}
	if susec > 0 && susec < 1_000_000 && !k.ServerTime.IsZero() {
		k.ServerTime = k.ServerTime.Add(time.Duration(susec) * time.Microsecond)
	}
}

func (s *scan) errorCode(in span, k *ticketSummary) {
	v, at, ok := s.integer(in, tagInteger, "error-code")
	if !ok {
		return
	}
	code := int(v)
	k.errorName = s.str.joined(krbErrorName(code), "(", strconv.Itoa(code), ")")
	s.add("error-code", k.errorName, at)
	k.Error, k.ErrorCode = &k.errorName, code
}

// errorData reads e-data, whose three forms are told apart by the first tag of
// their elements: METHOD-DATA (RFC 4120, section 5.9.1) is a list of {[1], [2]},
// TYPED-DATA a list of {[0], [1]}, KERB-ERROR-DATA ([MS-KILE] 2.2.1) a single {[1], [2]}.
func (s *scan) errorData(in span) {
	e, ok := s.expect(in, tagOctetString, "e-data")
	if !ok {
		return
	}
	if len(e.body().b) == 0 || e.body().b[0] != tagSequence {
		s.add("e-data", s.str.octets(len(e.body().b)), e.body())
		return
	}
	defer s.leave(s.enter("e-data", e.body()))
	seq, ok := s.expect(e.body(), tagSequence, "")
	if !ok || len(seq.body().b) == 0 {
		return
	}
	if seq.body().b[0] != tagSequence {
		s.kerbErrorData(seq.body())
		return
	}
	list := seq.body()
	for entry, ok := s.next(&list, ""); ok; entry, ok = s.next(&list, "") {
		s.errorDataEntry(entry)
	}
}

// errorDataEntry reads one PA-DATA or one element of TYPED-DATA: a type and a value.
func (s *scan) errorDataEntry(entry element) {
	body := entry.body()
	f, ok := s.next(&body, "data-type")
	if !ok {
		return
	}
	v, _, ok := s.integer(f.body(), tagInteger, "data-type")
	switch {
	case !ok:
	case f.tag() == context:
		s.add("data-type", s.str.number(v), entry.whole())
	default:
		s.add("padata-type", krbPADataType(v), entry.whole())
	}
}

// kerbErrorData reads the fields of KERB-ERROR-DATA ([MS-KILE] 2.2.1). Type 3
// holds KERB_EXT_ERROR (2.2.2), which begins with an NTSTATUS; type 2 asks the
// client to correct its clock.
func (s *scan) kerbErrorData(in span) {
	kind := int64(0)
	for f, ok := s.next(&in, ""); ok; f, ok = s.next(&in, "") {
		switch f.tag() {
		case context | 1:
			kind, _ = s.number(f.body(), "data-type")
		case context | 2:
			e, ok := s.expect(f.body(), tagOctetString, "data-value")
			switch {
			case !ok:
			case kind == 3 && len(e.body().b) >= 4:
				s.add("status", "NTSTATUS "+hexNumber(uint64(le32(e.body().b)), 4), e.body().to(4))
			default:
				s.add("data-value", s.str.octets(len(e.body().b)), e.body())
			}
		default:
			s.unknownField(f)
		}
	}
}
