package bpfexpr

import (
	"encoding/binary"

	"golang.org/x/net/bpf"
)

// A Program is what an expression was compiled to: instructions of the classic
// BPF machine, of those that [Expr.Compile] uses. It may be longer than a kernel
// takes.
type Program []bpf.RawInstruction

// Match runs the programme on a packet. It allocates nothing and may be called
// from several goroutines.
func (p Program) Match(packet []byte) bool {
	var a, x uint32
	size := uint64(len(packet))
	for pc := 0; pc < len(p); pc++ {
		i := &p[pc]
		yes := false
		switch i.Op {
		case opLoadHalf:
			at := uint64(i.K)
			if at+2 > size {
				return false
			}
			a = uint32(binary.BigEndian.Uint16(packet[at:]))
			continue
		case opLoadHalfX:
			at := uint64(x) + uint64(i.K)
			if at+2 > size {
				return false
			}
			a = uint32(binary.BigEndian.Uint16(packet[at:]))
			continue
		case opLoadByte:
			if uint64(i.K) >= size {
				return false
			}
			a = uint32(packet[i.K])
			continue
		case opLoadWord:
			at := uint64(i.K)
			if at+4 > size {
				return false
			}
			a = binary.BigEndian.Uint32(packet[at:])
			continue
		case opIPHeaderX:
			if uint64(i.K) >= size {
				return false
			}
			x = 4 * uint32(packet[i.K]&0xf)
			continue
		case opAnd:
			a &= i.K
			continue
		case opJump:
			pc += int(i.K)
			continue
		case opEqual:
			yes = a == i.K
		case opGreater:
			yes = a > i.K
		case opAtLeast:
			yes = a >= i.K
		case opAnySet:
			yes = a&i.K != 0
		case opReturn:
			return i.K != 0
		default:
			return false
		}
		if yes {
			pc += int(i.Jt)
		} else {
			pc += int(i.Jf)
		}
	}
	return false
}
