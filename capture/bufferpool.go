package capture

// The sizes of pooled buffers: a line of a dialogue, an Ethernet frame, a
// jumbo frame, what segmentation offload makes of them. Powers of two, as a
// record needs them.
var bufferSizes = [...]int{256, 2 << 10, 16 << 10, 64 << 10}

// spareBytes is how much memory of each size is kept for the next use.
const spareBytes = 2 << 20

// A bufferPool hands out buffers again that were put back.
type bufferPool struct {
	spare [len(bufferSizes)][][]byte
}

// get returns a buffer of at least n octets, of one of the bufferSizes unless
// n is greater than all of them.
func (p *bufferPool) get(n int) []byte {
	for class, size := range bufferSizes {
		if n > size {
			continue
		}
		if last := len(p.spare[class]) - 1; last >= 0 {
			b := p.spare[class][last]
			p.spare[class] = p.spare[class][:last]
			return b
		}
		return make([]byte, size)
	}
	return make([]byte, n)
}

func (p *bufferPool) put(b []byte) {
	for class, size := range bufferSizes {
		if len(b) == size && len(p.spare[class]) < spareBytes/size {
			p.spare[class] = append(p.spare[class], b)
		}
	}
}
