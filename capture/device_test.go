package capture

import (
	"errors"
	"io"
	"slices"
	"testing"

	"golang.org/x/net/bpf"

	"smtpscope/bpfexpr"
)

// A scriptedDevice gives one list of packets after another, and then
// an error if there is one.
type scriptedDevice struct {
	lists  [][]string
	step   int64 // from one list to the next, nanoseconds
	err    error
	closed bool

	base int64
}

func (d *scriptedDevice) read(buf []byte, list []devicePacket) ([]devicePacket, error) {
	if len(d.lists) == 0 {
		return list, d.err
	}
	used := 0
	for i, data := range d.lists[0] {
		n := copy(buf[used:], data)
		list = append(list, devicePacket{time: d.base + int64(1000+i), data: buf[used : used+n : used+n]})
		used += n
	}
	d.lists, d.base = d.lists[1:], d.base+d.step
	return list, nil
}

func (*scriptedDevice) link() LinkType                { return LinkRaw }
func (*scriptedDevice) room() int                     { return 1 << 16 }
func (*scriptedDevice) counts() (seen, dropped int64) { return 9, 2 }
func (d *scriptedDevice) close()                      { d.closed = true }

// syn is a TCP segment to a port, from its IP header on.
func syn(port byte) string {
	return "\x45\x00\x00\x28\x00\x01\x00\x00\x40\x06\x00\x00\x0a\x00\x00\x01\x0a\x00\x00\x02" +
		"\x9c\x40\x00" + string(port) + "\x00\x00\x00\x01\x00\x00\x00\x00\x50\x02\x01\x00\x00\x00\x00\x00"
}

// numbers reads a source to its end: the frames of connections, and those beside them.
func numbers(source Source) (frames, beside []int64) {
	for {
		batch, err := source.Next()
		if errors.Is(err, io.EOF) {
			return frames, beside
		}
		for _, p := range batch.Packets {
			frames = append(frames, p.Frame)
		}
		for _, p := range batch.Beside {
			beside = append(beside, p.Frame)
		}
		batch.Release()
	}
}

func TestDevices(t *testing.T) {
	only26, err := bpfexpr.Parse("not port 26")
	if err != nil {
		t.Fatal(err)
	}
	gone := errors.New("device not configured")
	tests := []struct {
		name    string
		devices map[string]*scriptedDevice
		rules   Rules
		most    int64
		// frames are those kept, in the order of one device.
		frames  []int64
		packets int64
		notices []string
	}{
		{"one that vanishes", map[string]*scriptedDevice{"en0": {lists: [][]string{{syn(25), syn(80)}, {syn(25)}}, err: gone}},
			Rules{Ports: []uint16{25}}, 0, []int64{1, 3}, 3, []string{"en0 is not heard any more: device not configured"}},
		{"a capture filter", map[string]*scriptedDevice{"en0": {lists: [][]string{{syn(25), syn(26)}, {syn(26), syn(25)}}, err: gone}},
			Rules{Ports: []uint16{25, 26}, Expr: only26}, 0, []int64{1, 4}, 4, []string{"en0 is not heard any more: device not configured"}},
		{"so many packets", map[string]*scriptedDevice{"en0": {lists: [][]string{{syn(25), syn(25), syn(25)}, {syn(25)}}}},
			Rules{Ports: []uint16{25}}, 2, []int64{1, 2}, 2, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var notices []string
			o := LiveOptions{Rules: tt.rules, MaxPackets: tt.most, Notice: func(text string) { notices = append(notices, text) }}
			source, err := openDevices([]string{"en0"}, o, func(name string, _ LiveOptions) (device, error) { return tt.devices[name], nil })
			if err != nil {
				t.Fatal(err)
			}
			frames, _ := numbers(source)
			if !slices.Equal(frames, tt.frames) || !slices.Equal(notices, tt.notices) {
				t.Errorf("frames %v, want %v; notices %q, want %q", frames, tt.frames, notices, tt.notices)
			}
			st := source.Stats()
			if st.Packets != tt.packets || st.Live[0].Dropped != 2 || !tt.devices["en0"].closed {
				t.Errorf("%+v, closed %v", st, tt.devices["en0"].closed)
			}
			if _, err := source.Next(); !errors.Is(err, io.EOF) {
				t.Errorf("after the end: %v", err)
			}
		})
	}
}

// TestDevicesBeside: Kerberos goes its own way here, too, and wakes its reader.
func TestDevicesBeside(t *testing.T) {
	d := &scriptedDevice{lists: [][]string{{syn(88), syn(80)}, {syn(25), syn(88)}}, err: errors.New("gone")}
	source, err := openDevices([]string{"en0"}, LiveOptions{Rules: Rules{Ports: []uint16{25}, Beside: true}}, func(string, LiveOptions) (device, error) { return d, nil })
	if err != nil {
		t.Fatal(err)
	}
	frames, beside := numbers(source)
	if st := source.Stats(); !slices.Equal(frames, []int64{3}) || !slices.Equal(beside, []int64{1, 4}) || st.Kept != 1 {
		t.Errorf("frames %v, beside them %v; %d kept", frames, beside, st.Kept)
	}
}

func TestDevicesClose(t *testing.T) {
	d := &scriptedDevice{lists: [][]string{{syn(25)}, {syn(25)}}}
	source, err := openDevices([]string{"en0"}, LiveOptions{Rules: Rules{Ports: []uint16{25}}}, func(string, LiveOptions) (device, error) { return d, nil })
	if err != nil {
		t.Fatal(err)
	}
	source.Close()
	if kept, _ := numbers(source); len(kept) == 0 || !d.closed {
		t.Errorf("%d packets kept, closed %v", len(kept), d.closed)
	}
}

// TestDeviceFilter: the programme is that of the link type and keeps as much of a
// packet as was asked for; where there is none, all packets come.
func TestDeviceFilter(t *testing.T) {
	o := LiveOptions{Rules: Rules{Ports: []uint16{25}}, SnapLen: 96}
	instructions, all := bpf.Disassemble(o.filterFor(LinkRaw))
	if !all {
		t.Fatal("not understood")
	}
	machine, err := bpf.NewVM(instructions)
	if err != nil {
		t.Fatal(err)
	}
	for port, want := range map[byte]int{25: 96, 80: 0} {
		if got, err := machine.Run([]byte(syn(port))); got != want || err != nil {
			t.Errorf("port %d: %d octets are kept, want %d (%v)", port, got, want, err)
		}
	}
	if filter := o.filterFor(LinkRadiotap); filter != nil {
		t.Errorf("a filter for 802.11: %v", filter)
	}
}

func TestDevicesRefuse(t *testing.T) {
	if _, err := openDevices([]string{"en9"}, LiveOptions{}, func(string, LiveOptions) (device, error) { return nil, ErrNoInterface }); !errors.Is(err, ErrNoInterface) {
		t.Errorf("got %v", err)
	}
}
