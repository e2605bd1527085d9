package capture

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"time"
)

// ErrEmpty is in the chain of OpenFiles's error for an input without a single octet.
var ErrEmpty = errors.New("empty file")

// Options say how capture files are read.
type Options struct {
	// Rules say which packets are kept.
	Rules Rules
	// Stdin is what the name "-" stands for; nil means os.Stdin.
	Stdin io.Reader
	// Open opens a file or a pipe by its name; nil means os.Open. A pipe, and
	// whatever else a Read may wait for, has to be an *os.File.
	Open func(name string) (fs.File, error)
	// MaxPackets ends the source after so many packets, those that are not
	// kept included; 0 means all.
	MaxPackets int64

	// blockSize is that of the blocks read, linger for how long pipes are read after
	// Close; 0 for the default. Tests set them.
	blockSize int
	linger    time.Duration
}

// OpenFiles opens capture files: pcap and pcapng in all their variants, as they are
// or compressed by gzip or zstd. What a file is, its first octets decide, never
// its name. A name may be that of a pipe; "-" is standard input. Packets of
// several inputs are merged by time; at the same time, the input named first
// goes first, and within an input the order stays as it is.
//
// OpenFiles reads the beginning of each input, and waits for it. Its errors are for
// the operator: an *fs.PathError around what the system said, ErrEmpty, or a
// *NotCaptureError. An input that ends early is no error: see InputStats.Damage.
func OpenFiles(names []string, o Options) (Source, error) {
	s := newFileSource(o, len(names))
	stdin := o.Stdin
	if stdin == nil {
		stdin = os.Stdin
	}
	open := o.Open
	if open == nil {
		open = func(name string) (fs.File, error) { return os.Open(name) }
	}
	for i, name := range names {
		in, err := s.open(name, stdin, open)
		if err != nil {
			s.halt()
			return nil, describe(name, err)
		}
		in.order = i
		s.add(in)
	}
	return s, nil
}

// describe gives an error the form that errors of files have.
func describe(name string, err error) error {
	var already *fs.PathError
	if errors.As(err, &already) {
		return err
	}
	if name == "-" {
		return &fs.PathError{Op: "read", Path: "standard input", Err: err}
	}
	return &fs.PathError{Op: "open", Path: name, Err: err}
}

// headSize is how much of an input is read to find out what it is. It is the
// size of its first block, too, so that hundreds of rotated files, of which one
// is read at a time, can be open together.
const headSize = 16 << 10

// open opens one input and finds out its format.
func (s *fileSource) open(name string, stdin io.Reader, open func(string) (fs.File, error)) (in *input, err error) {
	from, err := openInlet(name, stdin, open)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			from.close()
		}
	}()
	head := make([]byte, max(min(headSize, s.blocks.size), sniffLen))
	n, err := io.ReadAtLeast(from, head, sniffLen)
	if n == 0 && err == io.EOF {
		return nil, ErrEmpty
	}
	if err != nil && err != io.ErrUnexpectedEOF { // too short to be a capture is said below
		return nil, err
	}
	in = &input{tally: &s.tally, inlet: from}
	in.stats = InputStats{Name: name, Size: from.size}
	chunk := max(s.blocks.size/aheadChunks, 1)
	packed := compressionOf(head[:n])
	switch {
	case packed != nil:
		rest := io.MultiReader(bytes.NewReader(bytes.Clone(head[:n])), from)
		from.ahead = newReadAhead(func() (io.Reader, error) { return packed.open(rest) }, chunk, from.regular)
		in.window = newWindow(from.ahead, &s.blocks, head, 0)
	case !from.regular:
		from.ahead = newReadAhead(func() (io.Reader, error) { return from, nil }, chunk, false)
		in.window = newWindow(from.ahead, &s.blocks, head, n)
	default:
		in.window = newWindow(from, &s.blocks, head, n)
	}
	if err := in.identify(); err != nil {
		if packed != nil {
			err = fmt.Errorf("%s: %w", packed.name, err)
		}
		return nil, err
	}
	if packed != nil {
		in.stats.Format += ", " + packed.name
	}
	return in, nil
}

// sniffLen is how many octets it takes to know each format.
const sniffLen = 4

// identify finds out what the octets are, decompressed if need be.
func (in *input) identify() error {
	w := &in.window
	w.need = sniffLen
	if !w.more() {
		switch {
		case w.err != io.EOF:
			return w.err
		case len(w.unread()) == 0:
			return ErrEmpty
		}
		return notCapture(w.unread())
	}
	if _, _, ok := pcapVariant(w.unread()); ok {
		in.stats.Format = "pcap"
		if f := newPcapFile(in); f != nil {
			in.format = f
		}
		return nil
	}
	w.need = ngBlockMin
	w.more()
	if !isPcapng(w.unread()) {
		return notCapture(w.unread())
	}
	in.stats.Format = "pcapng"
	in.format = &pcapngFile{in: in}
	return nil
}

// newFileSource returns a source for so many inputs, none of them open yet.
func newFileSource(o Options, inputs int) *fileSource {
	const least, together = 64 << 10, 16 << 20
	size := min(max(together/max(inputs, 1), least), defaultBlockSize)
	if o.blockSize > 0 {
		size = o.blockSize
	}
	s := &fileSource{blocks: blockPool{size: size}, linger: cmp.Or(o.linger, lingerTime)}
	s.tally = tally{selector: NewSelector(o.Rules)}
	if s.most = o.MaxPackets; s.most <= 0 {
		s.most = math.MaxInt64
	}
	return s
}
