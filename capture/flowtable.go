package capture

import "math/rand/v2"

// A flowHash computes the hashes of flowTables. It is another one in each run:
// whoever writes a capture cannot choose addresses that share a slot.
type flowHash [3]uint64

func newFlowHash() flowHash {
	return flowHash{rand.Uint64(), rand.Uint64(), rand.Uint64()}
}

// of returns the hash of a key. It is never 0.
func (h *flowHash) of(k *flowKey) uint32 {
	ports := uint64(k.port[0])<<16 | uint64(k.port[1])
	rest := mix(k.addr[0].hi^ports^h[0], k.addr[1].hi^h[1])
	sum := mix(k.addr[0].lo^rest, k.addr[1].lo^h[2])
	return uint32(sum^sum>>32) | usedSlot
}

// A flowTable finds what belongs to a flow by the hash of its key. The keys are
// with the values: whoever looks for one goes through the values of its hash.
//
//	for i := t.first(hash); i >= 0; i = t.after(i, hash) {
//		if v := t.slots[i].value; keyOf(v) == key { … }
//	}
//
// Against a map of the keys themselves, 40 octets each, that halves the time of
// a look-up (the key is compared in place and nothing is called for it), and a
// million half-open connections take 12 MB instead of 60.
type flowTable[T any] struct {
	// slots are probed one after the other; their number is a power of two, and
	// a quarter of them at least is empty.
	slots []flowSlot[T]
	len   int
}

type flowSlot[T any] struct {
	hash  uint32 // 0: empty
	value T
}

// usedSlot is set in each hash.
const usedSlot = 1 << 31

// first returns the index of the first slot with the hash, -1 if there is none.
func (t *flowTable[T]) first(hash uint32) int {
	if t.len == 0 {
		return -1
	}
	return t.seek(int(hash)&(len(t.slots)-1), hash)
}

// after returns the index of the next slot with the hash after i.
func (t *flowTable[T]) after(i int, hash uint32) int {
	return t.seek((i+1)&(len(t.slots)-1), hash)
}

func (t *flowTable[T]) seek(i int, hash uint32) int {
	slots := t.slots
	for mask := len(slots) - 1; ; i++ {
		switch slots[i&mask].hash {
		case hash:
			return i & mask
		case 0:
			return -1
		}
	}
}

// add puts in a value that is not there yet.
func (t *flowTable[T]) add(hash uint32, v T) {
	const least = 64
	if t.len >= len(t.slots)/4*3 {
		old := t.slots
		t.slots = make([]flowSlot[T], max(least, 2*len(old)))
		for _, s := range old {
			if s.hash != 0 {
				t.put(s)
			}
		}
	}
	t.put(flowSlot[T]{hash, v})
	t.len++
}

func (t *flowTable[T]) put(s flowSlot[T]) {
	mask := len(t.slots) - 1
	i := int(s.hash) & mask
	for t.slots[i].hash != 0 {
		i = (i + 1) & mask
	}
	t.slots[i] = s
}

// remove empties slot i, and moves what was put behind it for want of room.
func (t *flowTable[T]) remove(i int) {
	mask := len(t.slots) - 1
	for next := (i + 1) & mask; t.slots[next].hash != 0; next = (next + 1) & mask {
		home := int(t.slots[next].hash) & mask
		if (next-home)&mask >= (next-i)&mask {
			t.slots[i] = t.slots[next]
			i = next
		}
	}
	t.slots[i] = flowSlot[T]{}
	t.len--
}
