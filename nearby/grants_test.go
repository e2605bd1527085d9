package nearby

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// mendedBy is what grants look up, ticket by ticket.
func mendedBy(r, later *Request) bool {
	switch {
	case !r.Refused() || IsMail(r.Service):
		return false
	case strings.EqualFold(later.Service, changePassword) && !strings.EqualFold(r.Service, changePassword):
		return false
	case r.Kind == KindAS:
		return SamePrincipal(later.Client, r.Client) || later.Kind == KindAS && r.Answer.ErrorCode == errWrongRealm
	case r.IsForTGT():
		return IsMail(later.Service) || strings.EqualFold(later.Service, r.Service)
	}
	switch r.Answer.ErrorCode {
	case errTktExpired, errTktNYV, errSkew:
		return true
	}
	return strings.EqualFold(later.Service, r.Service)
}

func TestGrantsMend(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(from ...string) string { return from[random.IntN(len(from))] }
	mended := 0
	for range 20000 {
		r := Request{
			Kind:    pick(KindAS, KindTGS),
			Client:  pick("", "alice@A.TEST", "Alice@a.test", "alice@mail.test@A.TEST", "bob@A.TEST", "alice", "alice@x@y@z"),
			Service: pick("krbtgt/A.TEST", "krbtgt/B.TEST", "smtp/mx.a.test", "cifs/fs.a.test", "CIFS/fs.a.test", "Kadmin/changepw"),
			Answer:  &Answer{ErrorCode: []int32{errServiceUnknown, errTktExpired, errSkew, errWrongRealm, errPreauthRequired}[random.IntN(5)]},
		}
		var later grants
		want := false
		for range random.IntN(3) {
			l := Request{
				Kind:    pick(KindAS, KindTGS),
				Client:  pick("", "alice@A.TEST", "alice@mail.test@a.test", "bob@A.TEST", "ALICE"),
				Service: pick("krbtgt/A.TEST", "krbtgt/B.TEST", "smtp/mx.a.test", "cifs/fs.a.test", "kadmin/changepw"),
			}
			later.add(&l)
			want = want || mendedBy(&r, &l)
		}
		if want {
			mended++
		}
		if got := later.mend(&r); got != want {
			t.Fatalf("%+v, error %d: mended %v, want %v; granted %+v", r, r.Answer.ErrorCode, got, want, later)
		}
	}
	if mended < 1000 {
		t.Errorf("only %d of 20000 were mended", mended)
	}
}
