package keytab

import (
	"encoding/binary"
	"strconv"

	"smtpscope/authtoken"
)

// maxGroups is how many groups of a client are kept.
const maxGroups = 256

// readLogonInfo reads KERB_VALIDATION_INFO ([MS-PAC], section 2.5), which is
// marshalled by NDR ([C706], section 14; [MS-RPCE], section 2.2.6): two headers,
// the fields in their order, and then, for each pointer that is not null, what it points at.
func readLogonInfo(p *authtoken.PAC, b []byte) {
	r := &ndr{b: b}
	r.skip(8 + 8 + 4) // common header, private header, the pointer to all that follows
	r.skip(6 * 8)     // logon, logoff, kick-off; password last set, can change, must change
	var names [6]ndrString
	for i := range names { // effective and full name, script, profile, home directory and drive
		names[i] = r.stringHeader()
	}
	r.skip(2 + 2) // counts of logons and of bad passwords
	user, primary := r.uint32(), r.uint32()
	groups := ndrArray{r.uint32(), r.uint32()}
	r.skip(4 + 16) // flags, session key
	server, domain := r.stringHeader(), r.stringHeader()
	domainSID := r.uint32()
	r.skip(8 + 4 + 4 + 8 + 8 + 4 + 4) // reserved, account control, sub-authentication, last logons, reserved
	extra := ndrArray{r.uint32(), r.uint32()}
	resourceSID := r.uint32()
	resource := ndrArray{r.uint32(), r.uint32()}

	p.User = r.text(names[0])
	for _, name := range names[1:] {
		r.text(name)
	}
	relative := r.relativeIDs(groups)
	r.text(server)
	p.Domain = r.text(domain)
	own := ""
	if domainSID != 0 {
		own = r.conformantSID()
	}
	sids := r.sids(extra)
	other := ""
	if resourceSID != 0 {
		other = r.conformantSID()
	}
	local := r.relativeIDs(resource)
	if r.short {
		p.Problem = "the PAC's logon information is cut short"
	}
	if own != "" {
		p.UserSID, p.PrimaryGroup = under(own, user), under(own, primary)
		for _, id := range relative {
			p.Groups = append(p.Groups, under(own, id))
		}
	}
	p.Groups = append(p.Groups, sids...)
	if other != "" {
		for _, id := range local {
			p.Groups = append(p.Groups, under(other, id))
		}
	}
	if len(p.Groups) > maxGroups {
		p.GroupsOmitted = len(p.Groups) - maxGroups
		p.Groups = p.Groups[:maxGroups:maxGroups]
	}
}

func under(domain string, id uint32) string { return domain + "-" + strconv.FormatUint(uint64(id), 10) }

// An ndr reads little-endian NDR. Past the end it gives zeros and notes that it was short.
type ndr struct {
	b     []byte
	at    int
	short bool
}

// An ndrString is the header of an RPC_UNICODE_STRING; an ndrArray a count and a pointer.
type ndrString struct {
	octets  uint16
	pointer uint32
}

type ndrArray struct{ count, pointer uint32 }

func (r *ndr) take(n int) []byte {
	if n > len(r.b)-r.at {
		r.short, r.at = true, len(r.b)
		return nil
	}
	r.at += n
	return r.b[r.at-n : r.at]
}

func (r *ndr) skip(n int) { r.take(n) }

// align moves to a multiple of 4.
func (r *ndr) align() { r.skip(-r.at & 3) }

func (r *ndr) uint32() uint32 {
	if b := r.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (r *ndr) stringHeader() ndrString {
	b := r.take(8)
	if b == nil {
		return ndrString{}
	}
	return ndrString{binary.LittleEndian.Uint16(b), binary.LittleEndian.Uint32(b[4:])}
}

// text reads what a string's pointer points at: maximum, offset and actual count, and the units.
func (r *ndr) text(s ndrString) string {
	if s.pointer == 0 {
		return ""
	}
	r.align()
	r.skip(4 + 4)
	units := uint64(r.uint32())
	if units > uint64(len(r.b)-r.at)/2 {
		r.short, r.at = true, len(r.b)
		return ""
	}
	b := r.take(2 * int(units))
	return utf16Text(b[:min(len(b), int(s.octets))])
}

// relativeIDs reads an array of GROUP_MEMBERSHIP: relative identifier, attributes.
func (r *ndr) relativeIDs(a ndrArray) []uint32 {
	var ids []uint32
	for range r.elements(a, 8) {
		ids = append(ids, r.uint32())
		r.skip(4)
	}
	return ids
}

// sids reads an array of KERB_SID_AND_ATTRIBUTES: pointers and attributes, and
// then what is pointed at.
func (r *ndr) sids(a ndrArray) []string {
	var pointers int
	for range r.elements(a, 8) {
		if r.uint32() != 0 {
			pointers++
		}
		r.skip(4)
	}
	var sids []string
	for range pointers {
		if sid := r.conformantSID(); sid != "" {
			sids = append(sids, sid)
		}
	}
	return sids
}

// elements is how many elements an array has, as far as their octets are there.
func (r *ndr) elements(a ndrArray, size int) int {
	if a.pointer == 0 {
		return 0
	}
	r.align()
	count := uint64(r.uint32())
	if count > uint64(len(r.b)-r.at)/uint64(size) {
		r.short = true
		return (len(r.b) - r.at) / size
	}
	return int(count)
}

// conformantSID reads the count of sub-authorities, and the SID.
func (r *ndr) conformantSID() string {
	r.align()
	r.skip(4)
	sid, n := readSID(r.b[r.at:])
	if n == 0 {
		r.short, r.at = true, len(r.b)
	}
	r.at += n
	return sid
}

// readSID reads a SID ([MS-DTYP], section 2.4.2.2) as "S-1-5-…" and says how many
// octets it takes, 0 when there is none.
func readSID(b []byte) (string, int) {
	if len(b) < 8 || b[0] != 1 || len(b) < 8+4*int(b[1]) {
		return "", 0
	}
	authority := uint64(binary.BigEndian.Uint16(b[2:]))<<32 | uint64(binary.BigEndian.Uint32(b[4:]))
	sid := strconv.AppendUint([]byte("S-1-"), authority, 10)
	n := 8 + 4*int(b[1])
	for at := 8; at < n; at += 4 {
		sid = strconv.AppendUint(append(sid, '-'), uint64(binary.LittleEndian.Uint32(b[at:])), 10)
	}
	return string(sid), n
}
