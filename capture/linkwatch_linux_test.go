package capture

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// netlinkMessage is one as the kernel writes it.
func netlinkMessage(kind, flags uint16, seq uint32, data ...byte) []byte {
	b := binary.NativeEndian.AppendUint32(nil, uint32(unix.SizeofNlMsghdr+len(data)))
	b = binary.NativeEndian.AppendUint16(b, kind)
	b = binary.NativeEndian.AppendUint16(b, flags)
	b = binary.NativeEndian.AppendUint32(b, seq)
	b = append(binary.NativeEndian.AppendUint32(b, 0), data...)
	return append(b, make([]byte, -len(b)&3)...)
}

// linkMessage tells of an interface that is up, or gone.
func linkMessage(kind, flags uint16, seq uint32, index int, name string) []byte {
	data := make([]byte, unix.SizeofIfInfomsg)
	binary.NativeEndian.PutUint32(data[4:], uint32(index))
	binary.NativeEndian.PutUint32(data[8:], unix.IFF_UP|unix.IFF_LOWER_UP)
	data = binary.NativeEndian.AppendUint16(data, uint16(4+len(name)+1))
	data = binary.NativeEndian.AppendUint16(data, unix.IFLA_IFNAME)
	data = append(append(data, name...), 0)
	return netlinkMessage(kind, flags, seq, append(data, make([]byte, -len(data)&3)...)...)
}

// TestLinkWatchList: what the answers to a request come to, and what comes between.
func TestLinkWatchList(t *testing.T) {
	const asked = 7
	busy := -int32(unix.EBUSY)
	errno := binary.NativeEndian.AppendUint32(nil, uint32(busy))
	none := make([]byte, 4)
	v0 := linkMessage(unix.RTM_NEWLINK, unix.NLM_F_MULTI, asked, 2, "v0")
	v1 := linkMessage(unix.RTM_NEWLINK, unix.NLM_F_MULTI, asked, 3, "v1")
	done := netlinkMessage(unix.NLMSG_DONE, unix.NLM_F_MULTI, asked, none...)
	tests := []struct {
		name string
		data []byte
		list []string // nil: none
		then listState
		fail string
	}{
		{name: "whole", data: slices.Concat(v0, v1, done), list: []string{"v0", "v1"}, then: expectNews},
		{name: "not yet", data: slices.Concat(v0, v1), then: expectList},
		{name: "refused", data: netlinkMessage(unix.NLMSG_ERROR, 0, asked, errno...), then: expectList, fail: "list of interfaces: device or resource busy"},
		{name: "ends with an error", data: slices.Concat(v0, netlinkMessage(unix.NLMSG_DONE, 0, asked, errno...)), then: expectList, fail: "device or resource busy"},
		{name: "interrupted", data: slices.Concat(v0, linkMessage(unix.RTM_NEWLINK, unix.NLM_F_DUMP_INTR, asked, 3, "v1"), done), then: expectToList},
		{name: "an answer to another request", data: netlinkMessage(unix.NLMSG_DONE, 0, asked-1, none...), then: expectList},
		{
			name: "news in between", list: []string{"v1", "new"}, then: expectNews,
			data: slices.Concat(v0, v1, linkMessage(unix.RTM_DELLINK, 0, 0, 2, "v0"), linkMessage(unix.RTM_NEWLINK, 0, 0, 4, "new"), done),
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := &linkWatch{seq: asked, state: expectList}
			complete, err := w.understand(test.data, func(linkEvent) {})
			if (err != nil) != (test.fail != "") || err != nil && !strings.Contains(err.Error(), test.fail) {
				t.Fatalf("error %v", err)
			}
			var names []string
			for _, e := range w.listed {
				names = append(names, e.name)
			}
			if complete != (test.list != nil) || complete && !slices.Equal(names, test.list) || w.state != test.then {
				t.Errorf("complete %v, state %d, listed %q", complete, w.state, names)
			}
		})
	}
}

// TestLinkWatchNewsBehindTheList: what is told behind a list is newer, and is not read
// before the list was looked at.
func TestLinkWatchNewsBehindTheList(t *testing.T) {
	const asked = 7
	ends, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	w := &linkWatch{fd: ends[0], buf: make([]byte, 4096), seq: asked, state: expectList}
	defer w.close()
	defer unix.Close(ends[1])
	for _, message := range [][]byte{
		linkMessage(unix.RTM_NEWLINK, unix.NLM_F_MULTI, asked, 2, "v0"),
		netlinkMessage(unix.NLMSG_DONE, unix.NLM_F_MULTI, asked, make([]byte, 4)...),
		linkMessage(unix.RTM_NEWLINK, 0, 0, 9, "v0"),
	} {
		if _, err := unix.Write(ends[1], message); err != nil {
			t.Fatal(err)
		}
	}
	last := 0
	take := func(e linkEvent) { last = e.index }
	if list, err := w.read(take); err != nil || len(list) != 1 || list[0].index != 2 || last != 2 {
		t.Errorf("list %+v, the last told %d, %v", list, last, err)
	}
	if list, err := w.read(take); err != nil || list != nil || last != 9 {
		t.Errorf("list %+v, the last told %d, %v", list, last, err)
	}
}

// TestLinkWatchRecovers: after an overflow, and after the list was refused, it comes in the end.
func TestLinkWatchRecovers(t *testing.T) {
	w, err := newLinkWatch()
	if err != nil {
		t.Skip(err)
	}
	defer w.close()
	w.lost()
	if w.state != expectWorse {
		t.Errorf("state %d", w.state)
	}
	const patience = 30 * time.Second
	for until := time.Now().Add(patience); time.Now().Before(until); {
		_, _ = unix.Poll([]unix.PollFd{{Fd: int32(w.fd), Events: unix.POLLIN}}, 10)
		list, err := w.read(func(linkEvent) {})
		if err != nil {
			t.Fatal(err)
		}
		if list != nil {
			if w.state != expectNews || !slices.ContainsFunc(list, func(e linkEvent) bool { return e.name == "lo" }) {
				t.Errorf("state %d, %+v", w.state, list)
			}
			return
		}
	}
	t.Errorf("there is no list within %v", patience)
}
