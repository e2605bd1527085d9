package capture

import (
	"math/rand/v2"
	"testing"
)

// TestFlowTable compares the table with a map, under few hashes, so that many
// values have the same or neighbouring slots.
func TestFlowTable(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var table flowTable[int]
	hashes := map[int]uint32{} // by value
	slot := func(v int, hash uint32) int {
		for i := table.first(hash); i >= 0; i = table.after(i, hash) {
			if table.slots[i].value == v {
				return i
			}
		}
		return -1
	}
	for v := range 20000 {
		hash := usedSlot | uint32(r.IntN(300)*7)
		table.add(hash, v)
		hashes[v] = hash
		for gone := range hashes {
			if len(hashes) < 1000 && r.IntN(3) > 0 {
				break
			}
			table.remove(slot(gone, hashes[gone]))
			if slot(gone, hashes[gone]) >= 0 {
				t.Fatalf("%d is there after its removal", gone)
			}
			delete(hashes, gone)
			break
		}
		if v%100 == 0 {
			for v, hash := range hashes {
				if slot(v, hash) < 0 {
					t.Fatalf("%d is not found", v)
				}
			}
		}
		if table.len != len(hashes) {
			t.Fatalf("%d values, want %d", table.len, len(hashes))
		}
	}
}

// TestFlowKey: the order of the ends, and what makes keys differ.
func TestFlowKey(t *testing.T) {
	base := flowKey{addr: [2]address{{1, 2}, {3, 4}}, port: [2]uint16{5, 6}}
	hash := newFlowHash()
	for i, change := range []func(*flowKey){
		func(k *flowKey) { k.addr[0].hi++ }, func(k *flowKey) { k.addr[0].lo++ },
		func(k *flowKey) { k.addr[1].hi++ }, func(k *flowKey) { k.addr[1].lo++ },
		func(k *flowKey) { k.port[0]++ }, func(k *flowKey) { k.port[1]++ },
	} {
		k := base
		if !k.equal(&base) || hash.of(&k) != hash.of(&base) {
			t.Error("a copy differs")
		}
		if change(&k); k.equal(&base) || hash.of(&k) == hash.of(&base) {
			t.Errorf("change %d makes no difference", i)
		}
	}
	for _, tt := range []struct {
		name             string
		src, dst         address
		srcPort, dstPort uint16
		from             side
	}{
		{name: "by the high half", src: address{2, 1}, dst: address{1, 2}, from: 1},
		{name: "by the low half", src: address{1, 1}, dst: address{1, 2}, srcPort: 9, dstPort: 8},
		{name: "by the port", src: address{1, 1}, dst: address{1, 1}, srcPort: 9, dstPort: 8, from: 1},
		{name: "the same", src: address{1, 1}, dst: address{1, 1}, srcPort: 9, dstPort: 9},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var there, back route
			there.set(tt.src, tt.dst, tt.srcPort, tt.dstPort)
			back.set(tt.dst, tt.src, tt.dstPort, tt.srcPort)
			if there.from != tt.from || there.key != back.key || there.key.addr[tt.from] != tt.src || there.key.port[tt.from] != tt.srcPort {
				t.Errorf("%+v, back %+v", there, back)
			}
		})
	}
}
