package capture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// flushSize is how much is gathered for one write.
const flushSize = 256 << 10

// A recordFile writes pcapng into a file of one name after the other. Blocks are
// gathered and written together, so that the file always ends with one.
type recordFile struct {
	options *RecordOptions
	f       *os.File // nil while none can be made
	size    int64    // octets in it
	blocks  bytes.Buffer
	writer  packetWriter // into blocks
	waiting int64        // packets in blocks
	stats   RecordStats
	full    int64 // packets lost since the disk is full
	broken  bool  // nothing more is written
	// complete are the numbers of the files that are, in order.
	complete []int
	// stuck tells that a file could not be renamed: it was said, and it goes on.
	stuck bool
}

// begin makes the first file. One that an earlier run has left is complete.
func (r *recordFile) begin() error {
	if r.options.RotateSize > 0 {
		r.complete = r.numbered()
		if info, err := os.Stat(r.options.Name); err == nil && info.Mode().IsRegular() && info.Size() > 0 {
			if err := r.retire(); err != nil {
				return err
			}
		}
	}
	r.restart()
	return r.open()
}

// open makes the file. What was gathered goes into it.
func (r *recordFile) open() error {
	r.size = 0
	f, err := r.options.Create(r.options.Name)
	if err == nil {
		r.f = f
	}
	return err
}

// restart begins a section. What was gathered is gone.
func (r *recordFile) restart() {
	r.blocks.Reset()
	r.writer = packetWriter{w: &r.blocks, ids: make(map[interfaceKey]int)}
	r.waiting = 0
}

func (r *recordFile) packet(p *Packet) error {
	if r.broken {
		r.stats.Lost++
		return nil
	}
	if err := r.writer.write(p); err != nil {
		return err
	}
	r.waiting++
	if err := r.writer.ng.Flush(); err != nil {
		return err
	}
	if r.blocks.Len() < flushSize {
		return nil
	}
	return r.write() // the packets of one session stay together, with its keys
}

// describe describes the interface of a packet that will come: a file may begin with
// secrets, and tcpdump reads none that has interfaces of several kinds.
func (r *recordFile) describe(p *Packet) error {
	if r.broken {
		return nil
	}
	if _, err := r.writer.id(p); err != nil {
		return err
	}
	return r.writer.ng.Flush()
}

// secret adds a Decryption Secrets Block (draft-ietf-opsawg-pcapng, section 4.7).
func (r *recordFile) secret(kind uint32, data []byte) error {
	if r.broken {
		return nil
	}
	if len(data) > ngBlockMax-64 {
		return errTooLong
	}
	if r.writer.ng == nil { // a section comes first
		if err := r.describe(&Packet{Link: LinkEthernet}); err != nil {
			return err
		}
	}
	padded := (len(data) + 3) &^ 3
	const blockType, around = 0x0000000a, 20
	b := binary.LittleEndian.AppendUint32(nil, blockType)
	b = binary.LittleEndian.AppendUint32(b, uint32(padded+around))
	b = binary.LittleEndian.AppendUint32(b, kind)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	b = append(append(b, data...), make([]byte, padded-len(data))...)
	b = binary.LittleEndian.AppendUint32(b, uint32(padded+around))
	r.blocks.Write(b)
	clear(b)
	return nil
}

// flush writes what was gathered, and completes the file if it is large enough.
func (r *recordFile) flush() error {
	if err := r.write(); err != nil || r.broken {
		return err
	}
	if r.options.RotateSize > 0 && r.size >= r.options.RotateSize && r.f != nil && !r.stuck {
		return r.rotate()
	}
	return nil
}

// write writes what was gathered. A disk that is full costs it, and no more.
func (r *recordFile) write() error {
	if r.broken || r.blocks.Len() == 0 {
		return nil
	}
	if r.f == nil {
		if r.open() != nil { // what is wrong was said when the file was to be made first
			r.stats.Lost += r.waiting
			r.restart()
			return nil
		}
	}
	n, err := r.f.Write(r.blocks.Bytes())
	if err != nil {
		return r.unwritten(n, err)
	}
	if r.full > 0 {
		r.options.Notice(fmt.Sprintf("%s: there is room again: %d packets are missing", r.options.Name, r.full))
		r.full = 0
	}
	r.stats.Saved += r.waiting
	r.size += int64(n)
	r.blocks.Reset()
	r.waiting = 0
	return nil
}

// unwritten takes back the first n octets of what could not be written as a whole, so
// that the file ends with a block. The error of a full disk is none.
func (r *recordFile) unwritten(n int, err error) error {
	if n > 0 {
		if back := errors.Join(r.f.Truncate(r.size), seekTo(r.f, r.size)); back != nil {
			return errors.Join(err, back)
		}
	}
	if !r.options.Full(err) {
		return err
	}
	r.lose(r.waiting)
	r.restart() // interfaces that were described are lost, too
	return nil
}

// abandon leaves the file as it is: nothing more is written.
func (r *recordFile) abandon() {
	r.stats.Lost += r.waiting
	r.broken = true
	r.restart()
	if r.f != nil {
		r.f.Close()
		r.f = nil
	}
}

func seekTo(f *os.File, at int64) error {
	_, err := f.Seek(at, 0)
	return err
}

func (r *recordFile) lose(packets int64) {
	if r.full == 0 {
		r.options.Notice(fmt.Sprintf("%s: the disk is full: packets are not saved until there is room", r.options.Name))
	}
	r.full += packets
	r.stats.Lost += packets
}

// rotate completes the file and begins the next one.
func (r *recordFile) rotate() error {
	if err := r.retire(); err != nil {
		r.stuck = true
		r.options.Notice(fmt.Sprintf("%v: the file goes on without an end", err))
		return nil
	}
	err := r.f.Close()
	r.f = nil
	r.restart()
	if err != nil {
		return err
	}
	if err := r.open(); err != nil {
		r.options.Notice(fmt.Sprintf("%v: packets are not saved until the file can be made", err))
	}
	return nil
}

// end completes what there is. A file without packets is a whole one, too.
func (r *recordFile) end() error {
	if r.broken || r.f == nil {
		return nil
	}
	if r.writer.ng == nil && r.size == 0 {
		if err := r.writer.flush(); err != nil {
			return err
		}
	}
	return errors.Join(r.write(), r.f.Close())
}

// retire gives the file its number, and removes those that are too many.
func (r *recordFile) retire() error {
	next := 1
	if len(r.complete) > 0 {
		next = r.complete[len(r.complete)-1] + 1
	}
	if err := os.Rename(r.options.Name, r.name(next)); err != nil {
		return err
	}
	r.complete = append(r.complete, next)
	for most := r.options.RotateFiles; most > 0 && len(r.complete) > most; {
		oldest := r.complete[0]
		r.complete = slices.Delete(r.complete, 0, 1)
		if err := os.Remove(r.name(oldest)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			r.options.Notice(err.Error())
		}
	}
	return nil
}

// name is that of a complete file: trace-00001.pcapng.
func (r *recordFile) name(number int) string {
	ext := filepath.Ext(r.options.Name)
	return fmt.Sprintf("%s-%05d%s", strings.TrimSuffix(r.options.Name, ext), number, ext)
}

// numbered finds the complete files of earlier runs, so that they count.
func (r *recordFile) numbered() []int {
	entries, err := os.ReadDir(filepath.Dir(r.options.Name))
	if err != nil {
		return nil
	}
	var numbers []int
	ext := filepath.Ext(r.options.Name)
	stem := strings.TrimSuffix(filepath.Base(r.options.Name), ext) + "-"
	for _, e := range entries {
		digits, ok := strings.CutPrefix(strings.TrimSuffix(e.Name(), ext), stem)
		if n, err := strconv.Atoi(digits); ok && err == nil && n > 0 && filepath.Base(r.name(n)) == e.Name() {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers
}
