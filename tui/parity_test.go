package tui

import (
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"smtpscope/inspect"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

// A filler gives each field of a record a value of its own, and notes how each may
// stand on a screen.
type filler struct {
	n     int
	start time.Time
	wants map[string][]string // by the field's path
}

var (
	timeType     = reflect.TypeFor[time.Time]()
	addrType     = reflect.TypeFor[netip.Addr]()
	addrPortType = reflect.TypeFor[netip.AddrPort]()
)

func (f *filler) fill(v reflect.Value, path string) {
	f.n++
	note := func(words ...string) { f.wants[path] = words }
	switch v.Type() {
	case timeType:
		at := f.start.Add(time.Duration(f.n) * time.Second)
		if path == "Session.Start" {
			f.start = at
		}
		v.Set(reflect.ValueOf(at))
		note(at.Format("15:04:05"), offset(at.Sub(f.start)))
		return
	case addrType:
		addr := netip.AddrFrom4([4]byte{10, 9, byte(f.n >> 8), byte(f.n)})
		v.Set(reflect.ValueOf(addr))
		note(addr.String())
		return
	case addrPortType:
		addr := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 8, byte(f.n >> 8), byte(f.n)}), uint16(f.n))
		v.Set(reflect.ValueOf(addr))
		note(addr.Addr().String())
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("word" + strconv.Itoa(f.n) + "x")
		note(v.String())
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int32, reflect.Int64:
		n := int64(40_000 + f.n)
		v.SetInt(n)
		note(strconv.FormatInt(n, 10), grouped(n))
	case reflect.Uint16:
		v.SetUint(uint64(10_000 + f.n))
		note(strconv.FormatUint(v.Uint(), 10))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), path)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		f.fill(v.Index(0), path)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(key, path+" key")
		f.fill(value, path)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			deep := field.Name == "Fields" && strings.Count(path, ".Fields") > 1 // of fields in fields
			if field.IsExported() && !deep {
				f.fill(v.Field(i), strings.TrimPrefix(path+"."+field.Name, "."))
			}
		}
	default:
		panic(fmt.Sprintf("%s: %s", path, v.Kind()))
	}
}

// notShown are the fields that stand on no tab of a session in their own words, and why.
var notShown = map[string]string{
	"Session.ID":                                     "the store numbers sessions",
	"Session.Initiator":                              "it is one of two words, which are said otherwise",
	"Session.Hello.ReplyCode":                        "the test needs another one",
	"Session.Hello.AuthMechanisms":                   "they stand in the capabilities",
	"Session.Auth.Kerberos.ErrorCode":                "it stands in the error's name",
	"Session.Auth.Kerberos.Client":                   "it is what was opened that has it",
	"Session.Auth.Kerberos.Opened.PAC.GroupsOmitted": "it is counted with the others",
	"Session.Auth.Steps.Tree.Name":                   "the step has its kind",
	"Session.Auth.Steps.Tree.Value":                  "the fields in it have theirs",
	"Session.Auth.Steps.Tree.Offset":                 "the octets are lit",
	"Session.Auth.Steps.Tree.Length":                 "the octets are lit",
	"Session.Auth.Steps.Tree.Fields.Offset":          "the octets are lit",
	"Session.Auth.Steps.Tree.Fields.Length":          "the octets are lit",
	"Session.Auth.Steps.Tree.Fields.Fields.Offset":   "the octets are lit",
	"Session.Auth.Steps.Tree.Fields.Fields.Length":   "the octets are lit",
	"Session.Messages.RcptTo.Frame":                  "Enter goes there",
	"Session.Dialogue.From":                          "the arrow shows it",
	"Session.Dialogue.Kind":                          "it is what the line looks like",
	"Session.Dialogue.Verb":                          "it stands in the text",
	"Session.TLS.Facts.Hidden":                       "it is said in a sentence",
	"Session.TLS.Facts.NameMatch":                    "it is said in a sentence",
	"Session.TLS.Facts.Flights.LastTime":             "it is said how long it took",
	"Verdict.State":                                  "the test needs another one",
}

// TestEverythingIsOnTheScreens: what the record of a session holds is on its tabs.
func TestEverythingIsOnTheScreens(t *testing.T) {
	s := new(inspect.Session)
	f := filler{start: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC), wants: make(map[string][]string)}
	f.fill(reflect.ValueOf(s).Elem(), "")
	// What has to be true for the other fields to be told of.
	s.Open = false
	s.Hello[0].ReplyCode = 250
	s.Dialogue[0].Kind = smtpparse.LineReply
	s.Dialogue = append(s.Dialogue, s.Dialogue[0])
	s.Dialogue[1].Kind = smtpparse.LineData
	s.Verdict.State = verdict.Failed
	s.TLS.ServerCertificates[0].SelfSigned, s.TLS.ClientCertificates[0].SelfSigned = false, false
	s.Nearby.SawDNS = false
	ticket := s.Nearby.Requests[0]
	answer := *ticket.Answer
	answer.ErrorCode, ticket.Answer = 0, &answer
	s.Nearby.Requests = append(s.Nearby.Requests, ticket)

	m := newMadeTester(t, 200, 50, new(inspect.Summary), s)
	m.press("enter")
	var b strings.Builder
	for _, line := range m.session.view(400, 50)[:4] {
		b.WriteString(line)
	}
	for _, p := range m.session.panes {
		for i := range p.all {
			for _, x := range slices.Concat(p.all[i].lead, p.all[i].text) {
				b.WriteString(x.text)
			}
			b.WriteByte('\n')
		}
	}
	text := b.String()
	for path, words := range f.wants {
		shown := slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
		if why := notShown[path]; !shown && why == "" {
			t.Errorf("%s is on no tab: %q", path, words)
		} else if shown && why != "" {
			t.Errorf("%s is shown, though it is not because %s", path, why)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}
