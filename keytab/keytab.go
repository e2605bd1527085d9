// Package keytab opens Kerberos tickets with the keys of a service, as they
// stand in an MIT keytab (ktutil, ktpass, msktutil, Samba).
//
// What is read of an AP-REQ: the ticket's client, flags, times and session etype
// (RFC 4120, section 5.3), the PAC ([MS-PAC]) in it, and the authenticator (RFC
// 4120, section 5.5.1) with the checksum of RFC 4121, section 4.1.1, that holds
// channel bindings, context flags and delegation. The encryption types are those
// of gokrb5: aes-cts-hmac-sha1 and -sha2, des3 and rc4-hmac.
//
// Tickets come from strangers: whatever is wrong with one is a Problem of it, and
// neither the octets nor the lengths that it states can make this package panic
// or allocate more than a few times what was sent. Keys never leave it.
package keytab

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	library "github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/types"

	"smtpscope/authtoken"
)

// maxFile is the largest keytab that is read, in octets: room for some ten thousand keys.
const maxFile = 1 << 20

// A Keytab holds the keys of services. Its methods may be called from several
// goroutines.
type Keytab struct {
	entries []entry

	mu   sync.Mutex
	seen map[fingerprint]*ticket // what became of tickets
	ring []fingerprint           // of seen, the oldest at next
	next int
}

// An entry is one key of one principal.
type entry struct {
	components []string
	realm      string
	kvno       uint32
	key        types.EncryptionKey
}

// A fingerprint names an encrypted ticket.
type fingerprint [sha256.Size]byte

var _ authtoken.TicketOpener = (*Keytab)(nil)

// Parse reads the octets of a keytab file, versions 0x501 and 0x502.
func Parse(b []byte) (*Keytab, error) {
	switch {
	case len(b) < 2 || b[0] != 5 || b[1] != 1 && b[1] != 2:
		return nil, errors.New("no keytab: it does not begin with 05 01 or 05 02")
	case len(b) > maxFile:
		return nil, fmt.Errorf("no keytab: it is larger than %d octets", maxFile)
	}
	read, err := parse(b)
	k := &Keytab{seen: make(map[fingerprint]*ticket)}
	for i := range read.Entries {
		e := &read.Entries[i]
		if len(e.Key.KeyValue) > 0 && len(e.Principal.Components) > 0 {
			k.entries = append(k.entries, entry{e.Principal.Components, e.Principal.Realm, e.KVNO, e.Key})
		}
	}
	switch {
	case err != nil:
		return nil, err
	case len(k.entries) == 0:
		return nil, errors.New("the keytab holds no key")
	}
	return k, nil
}

// parse has the library read the file. Its errors quote the file, keys included,
// so none of them is passed on.
func parse(b []byte) (read *library.Keytab, err error) {
	read = library.New()
	defer func() {
		if recover() != nil {
			err = errDamaged
		}
	}()
	if read.Unmarshal(b) != nil {
		err = errDamaged
	}
	return read, err
}

var errDamaged = errors.New("the keytab is damaged: an entry is longer or shorter than it says")

// principal is the entry's name as klist prints it.
func (e *entry) principal() string { return strings.Join(e.components, "/") + "@" + e.realm }

// names tells whether the entry is of this principal. Active Directory does not
// heed the case of names, and clients write them as they like.
func (e *entry) names(components []string, realm string) bool {
	return strings.EqualFold(e.realm, realm) && slices.EqualFunc(e.components, components, strings.EqualFold)
}

// principals names what is in the keytab, each principal once with its key
// versions, such as "smtp/mail.contoso.test@CONTOSO.TEST (kvno 2, 3)".
func (k *Keytab) principals() []string {
	var names []string
	versions := map[string][]uint32{}
	for i := range k.entries {
		name := k.entries[i].principal()
		if versions[name] == nil {
			names = append(names, name)
		}
		if !slices.Contains(versions[name], k.entries[i].kvno) {
			versions[name] = append(versions[name], k.entries[i].kvno)
		}
	}
	for i, name := range names {
		names[i] = name + " (kvno " + joined(versions[name]) + ")"
	}
	return names
}

func joined[T any](list []T) string {
	words := make([]string, len(list))
	for i, v := range list {
		words[i] = fmt.Sprint(v)
	}
	return strings.Join(words, ", ")
}
