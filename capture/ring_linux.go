package capture

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

const (
	// ringBlockSize is how much the kernel fills before it passes it on. A packet has
	// to fit into a block: the greatest that a stack makes has 512 KiB (BIG TCP).
	ringBlockSize = 1 << 20
	// ringBlocksMin is how many blocks a ring has at least: fewer, and the kernel has
	// nothing to fill while one is read.
	ringBlocksMin = 4
	// retireAfter is when the kernel passes on a block that is not full. It looks
	// at that often, and a block may be as old as twice that.
	retireAfter = 16 * time.Millisecond
	// ringLag is how long a packet may take from its time stamp to the reader.
	ringLag = 2*retireAfter + 8*time.Millisecond
)

// A ring is a packet socket and the memory that it shares with the kernel: a
// ring of blocks (TPACKET_V3; Documentation/networking/packet_mmap.rst), each
// the kernel's until it is passed on, and the kernel's again when the last batch
// with a packet in it was released. Nothing is copied on the way.
//
// It is not gopacket/afpacket, which reads as fast (BenchmarkLive: 350 ns of
// processor time a packet, both, within what one run differs from the next): that
// gives packets one by one, each good until the next, so that what goes to other
// goroutines has to be copied; it cannot be woken; and it neither drains at the
// end, nor follows interfaces, nor counts how full it is.
type ring struct {
	mem    []byte
	blocks []ringBlock
	// next is the block that is read next: the kernel is filling it or has.
	next int
	// cur is the block that is being read, nil if none is. left frames of it are
	// not read yet, the first of them at offset at.
	cur  *ringBlock
	left uint32
	at   int
	// refs counts the blocks that are taken and, until it is closed, the reader.
	refs atomic.Int32

	mu sync.Mutex // for fd
	fd int        // -1 when it is closed
}

// A ringBlock is a block whose memory is a part of a ring.
type ringBlock struct {
	block
	// taken from the kernel, and not given back yet.
	taken atomic.Bool
	ring  *ring
}

// A ringBlockHeader is how each block begins (struct tpacket_block_desc).
type ringBlockHeader struct {
	version, private uint32
	unix.TpacketHdrV1
}

func (b *ringBlock) header() *ringBlockHeader { return (*ringBlockHeader)(unsafe.Pointer(&b.buf[0])) }

// put gives a block back to the kernel. It implements blockOwner.
func (b *ringBlock) put(*block) {
	h := b.header()
	h.Num_pkts = 0 // so that holds can tell whether the kernel began to fill it
	atomic.StoreUint32(&h.Block_status, unix.TP_STATUS_KERNEL)
	b.taken.Store(false)
	b.ring.drop()
}

// newRing opens a packet socket with a ring of size octets that hears nothing
// yet: it is not bound, so that no packet passes before the filter is there.
func newRing(filter []bpf.RawInstruction, size int) (r *ring, err error) {
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES) {
		return nil, ErrNoRight
	}
	if err != nil {
		return nil, fmt.Errorf("packet socket: %w", err)
	}
	r = &ring{fd: fd}
	r.refs.Store(1)
	defer func() {
		if err != nil {
			r.drop()
		}
	}()
	if err := unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_VERSION, unix.TPACKET_V3); err != nil {
		return nil, fmt.Errorf("packet socket: TPACKET_V3: %w", err)
	}
	// Room before each packet, for the tag that the kernel took out.
	if err := unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_RESERVE, vlanTagLen); err != nil {
		return nil, fmt.Errorf("packet socket: reserve: %w", err)
	}
	if err := r.attach(filter); err != nil {
		return nil, err
	}
	return r, r.share(max(size/ringBlockSize, ringBlocksMin))
}

// share sets up the memory: count blocks, or fewer if the kernel has not so much.
func (r *ring) share(count int) error {
	const frame = 2048 // decides nothing in TPACKET_V3, but has to divide a block
	for ; ; count /= 2 {
		err := unix.SetsockoptTpacketReq3(r.fd, unix.SOL_PACKET, unix.PACKET_RX_RING, &unix.TpacketReq3{
			Block_size:     ringBlockSize,
			Block_nr:       uint32(count),
			Frame_size:     frame,
			Frame_nr:       uint32(count * (ringBlockSize / frame)),
			Retire_blk_tov: uint32(retireAfter.Milliseconds()),
		})
		if err == nil {
			break
		}
		if !errors.Is(err, unix.ENOMEM) || count <= ringBlocksMin {
			return fmt.Errorf("packet buffer of %d MiB: %w", count*ringBlockSize>>20, err)
		}
	}
	mem, err := unix.Mmap(r.fd, 0, count*ringBlockSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return fmt.Errorf("packet buffer: %w", err)
	}
	r.mem, r.blocks = mem, make([]ringBlock, count)
	for i := range r.blocks {
		b := &r.blocks[i]
		b.ring, b.owner = r, b
		b.buf = mem[i*ringBlockSize : (i+1)*ringBlockSize : (i+1)*ringBlockSize]
	}
	return nil
}

// attach makes the kernel ask a filter about each packet from now on.
func (r *ring) attach(filter []bpf.RawInstruction) error {
	raw := make([]unix.SockFilter, len(filter))
	for i, in := range filter {
		raw[i] = unix.SockFilter{Code: in.Op, Jt: in.Jt, Jf: in.Jf, K: in.K}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fd < 0 {
		return nil
	}
	err := unix.SetsockoptSockFprog(r.fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: uint16(len(raw)), Filter: &raw[0]})
	if err != nil {
		return fmt.Errorf("kernel filter of %d instructions: %w", len(raw), err)
	}
	return nil
}

// bind begins to listen on the interface of that index; 0 stands for all.
func (r *ring) bind(index int) error {
	return unix.Bind(r.fd, &unix.SockaddrLinklayer{Protocol: networkOrder(unix.ETH_P_ALL), Ifindex: index})
}

// promiscuous asks the interface to pass on what is not for this machine too,
// for as long as the socket is open.
func (r *ring) promiscuous(index int) error {
	return unix.SetsockoptPacketMreq(r.fd, unix.SOL_PACKET, unix.PACKET_ADD_MEMBERSHIP,
		&unix.PacketMreq{Ifindex: int32(index), Type: unix.PACKET_MR_PROMISC})
}

// deafen makes the kernel take no more packets. It may be called from any
// goroutine, and more than once.
func (r *ring) deafen() { _ = r.attach([]bpf.RawInstruction{{Op: retConstant, K: 0}}) }

// ready reports whether there is a packet to be read.
func (r *ring) ready() bool {
	if r.cur != nil {
		return true
	}
	b := &r.blocks[r.next]
	h := b.header()
	if b.taken.Load() || atomic.LoadUint32(&h.Block_status)&unix.TP_STATUS_USER == 0 {
		return false
	}
	r.next = (r.next + 1) % len(r.blocks)
	b.taken.Store(true)
	b.refs.Store(1)
	r.refs.Add(1)
	r.cur, r.left, r.at = b, h.Num_pkts, int(h.Offset_to_first_pkt)
	if r.left == 0 {
		r.leave()
		return false
	}
	return true
}

// frame returns the packet to be read next. ready must have said that there is one.
func (r *ring) frame() *frameHeader { return (*frameHeader)(unsafe.Pointer(&r.cur.buf[r.at])) }

// advance goes on to the next frame. It reports false when the block was left.
func (r *ring) advance() bool {
	if r.left--; r.left == 0 {
		r.leave()
		return false
	}
	r.at += int(r.frame().Next_offset)
	return true
}

func (r *ring) leave() {
	r.cur.drop()
	r.cur = nil
}

// empty reports whether the kernel holds no packet that it has not passed on.
func (r *ring) empty() bool {
	if r.cur != nil {
		return false
	}
	b := &r.blocks[r.next]
	return b.taken.Load() || atomic.LoadUint32(&b.header().Block_status)&unix.TP_STATUS_USER == 0 && atomic.LoadUint32(&b.header().Num_pkts) == 0
}

// used counts the blocks that are not the kernel's.
func (r *ring) used() int {
	n := 0
	for i := range r.blocks {
		if atomic.LoadUint32(&r.blocks[i].header().Block_status)&unix.TP_STATUS_USER != 0 {
			n++
		}
	}
	return n
}

// close ends the reader's use of the ring.
func (r *ring) close() {
	if r.cur != nil {
		r.leave()
	}
	r.drop()
}

// drop gives up a share of the ring; with the last one it goes.
func (r *ring) drop() {
	if r.refs.Add(-1) > 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.mem != nil {
		_ = unix.Munmap(r.mem)
	}
	unix.Close(r.fd)
	r.mem, r.fd = nil, -1
}

// maxInstructions is what the kernel takes of a filter (BPF_MAXINSNS).
const maxInstructions = 4096

// retConstant is the operation code of "return K".
const retConstant = unix.BPF_RET | unix.BPF_K

// kernelFilter is what a socket gets for a filter: no copy of what loopback
// sends, which comes again as received, and so many octets of each packet.
func kernelFilter(filter []bpf.RawInstruction, snapLen int) []bpf.RawInstruction {
	const (
		ancillary    = 0xfffff000 // SKF_AD_OFF
		packetType   = ancillary + 4
		hardwareType = ancillary + 28
		load         = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
		jumpEqual    = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
	)
	if snapLen <= 0 {
		snapLen = ringBlockSize
	}
	if len(filter) == 0 {
		filter = []bpf.RawInstruction{{Op: retConstant, K: 1}}
	}
	f := []bpf.RawInstruction{
		{Op: load, K: hardwareType},
		{Op: jumpEqual, Jf: 3, K: unix.ARPHRD_LOOPBACK},
		{Op: load, K: packetType},
		{Op: jumpEqual, Jf: 1, K: unix.PACKET_OUTGOING},
		{Op: retConstant, K: 0},
	}
	if len(f)+len(filter) > maxInstructions {
		f = nil // then tap.read leaves those copies out
	}
	f = append(f, filter...)
	for i := range f {
		if f[i].Op == retConstant && f[i].K != 0 {
			f[i].K = uint32(snapLen)
		}
	}
	return f
}

// networkOrder swaps the octets of a number where the machine's order is not
// the network's.
func networkOrder(n uint16) uint16 {
	b := [2]byte{byte(n >> 8), byte(n)}
	return *(*uint16)(unsafe.Pointer(&b))
}
