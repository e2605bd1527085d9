package bpfexpr

import "golang.org/x/net/bpf"

// Opcodes of the classic BPF machine, as far as they are used here: class, size
// and mode of a load, operation and operand of a jump.
const (
	opLoadWord    = 0x20 // A = packet[k:4]
	opLoadHalf    = 0x28 // A = packet[k:2]
	opLoadByte    = 0x30 // A = packet[k:1]
	opLoadHalfX   = 0x48 // A = packet[x+k:2]
	opLoadByteX   = 0x50 // A = packet[x+k:1]
	opLoadScratch = 0x60 // A = M[k]
	opIPHeaderX   = 0xb1 // X = 4*(packet[k:1] & 0xf)
	opSetX        = 0x01 // X = k
	opStore       = 0x02 // M[k] = A
	opAdd         = 0x04
	opAddX        = 0x0c
	opAnd         = 0x54
	opShiftLeft   = 0x64
	opJump        = 0x05
	opEqual       = 0x15
	opGreater     = 0x25
	opAtLeast     = 0x35
	opAnySet      = 0x45
	opReturn      = 0x06
	opAToX        = 0x07
	opXToA        = 0x87
)

// A node is one instruction and what comes after it. Nodes are made last first:
// whoever makes one knows where to go on. So there are no loops, and no jump
// ever goes back.
type node struct {
	op uint16
	k  uint32
	// yes and no are the ways on after a question; after anything else there
	// is one way, yes, and after a return none.
	yes, no *node
}

// A graph makes nodes. Equal ones are one and the same: what is asked in two
// places before going on in the same way is in the programme once.
type graph map[node]*node

func (g graph) intern(n node) *node {
	if have := g[n]; have != nil {
		return have
	}
	made := &n
	g[n] = made
	return made
}

// give ends the programme: so many octets of the packet are kept, none for 0.
func (g graph) give(octets uint32) *node { return g.intern(node{op: opReturn, k: octets}) }

// do is an instruction that asks nothing.
func (g graph) do(op uint16, k uint32, then *node) *node {
	return g.intern(node{op: op, k: k, yes: then})
}

// ask compares A with k. No question is asked whose answer does not matter.
func (g graph) ask(op uint16, k uint32, yes, no *node) *node {
	if yes == no {
		return yes
	}
	return g.intern(node{op: op, k: k, yes: yes, no: no})
}

// among asks whether A is one of the values.
func (g graph) among(values []uint32, yes, no *node) *node {
	for i := len(values) - 1; i >= 0; i-- {
		no = g.ask(opEqual, values[i], yes, no)
	}
	return no
}

// assemble puts the nodes in a row. It does so from the end, where all jumps
// lead to: the distance to what is placed already is known, and where it is
// more than a question's octet can say, a jump without a question is put
// between.
func assemble(first *node) []bpf.RawInstruction {
	a := assembly{placed: make(map[*node]int)}
	a.place(first)
	for i, j := 0, len(a.code)-1; i < j; i, j = i+1, j-1 {
		a.code[i], a.code[j] = a.code[j], a.code[i]
	}
	return a.code
}

// An assembly is a programme back to front.
type assembly struct {
	code   []bpf.RawInstruction
	placed map[*node]int // index in code
}

// maxSkip is how far a question can jump.
const maxSkip = 255

func (a *assembly) emit(i bpf.RawInstruction) { a.code = append(a.code, i) }

// distance is how many instructions would lie between one that is put in front
// now and n.
func (a *assembly) distance(n *node) int { return len(a.code) - 1 - a.placed[n] }

// place puts n in front of what is there, after what n leads to. It is not
// recursive: a list of thousands of addresses is as deep.
func (a *assembly) place(first *node) {
	for stack := []*node{first}; len(stack) > 0; {
		n := stack[len(stack)-1]
		if _, done := a.placed[n]; done {
			stack = stack[:len(stack)-1]
			continue
		}
		if waits := a.missing(n); waits != nil {
			stack = append(stack, waits)
			continue
		}
		stack = stack[:len(stack)-1]
		a.put(n)
	}
}

// missing is what has to be placed before n can be. The way on after a load
// comes last, so that it mostly follows at once.
func (a *assembly) missing(n *node) *node {
	for _, next := range [...]*node{n.yes, n.no} {
		if next == nil {
			continue
		}
		if _, done := a.placed[next]; !done {
			return next
		}
	}
	return nil
}

func (a *assembly) put(n *node) {
	i := bpf.RawInstruction{Op: n.op, K: n.k}
	switch {
	case n.no != nil:
		i.Jt, i.Jf = a.skips(n.yes, n.no)
	case n.yes != nil && a.distance(n.yes) > 0:
		a.emit(bpf.RawInstruction{Op: opJump, K: uint32(a.distance(n.yes))})
	}
	a.emit(i)
	a.placed[n] = len(a.code) - 1
}

// skips are the distances to the two ways on of the question that comes next.
func (a *assembly) skips(yes, no *node) (toYes, toNo uint8) {
	bridge := func(n *node) int {
		a.emit(bpf.RawInstruction{Op: opJump, K: uint32(a.distance(n))})
		return len(a.code)
	}
	// One more may be put between by the other way's bridge.
	var yesAt, noAt int
	if a.distance(yes) > maxSkip-1 {
		yesAt = bridge(yes)
	}
	if a.distance(no) > maxSkip-1 {
		noAt = bridge(no)
	}
	skip := func(n *node, bridgeAt int) uint8 {
		if bridgeAt > 0 {
			return uint8(len(a.code) - bridgeAt)
		}
		return uint8(a.distance(n))
	}
	return skip(yes, yesAt), skip(no, noAt)
}
