package capture

import (
	"io"
	"io/fs"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

// An inlet is where the octets of an input come from: a file, a pipe, standard
// input; as they are, before any decompression.
type inlet struct {
	reader io.Reader
	// file is what close closes; nil for standard input, which is not ours.
	file fs.File
	// ahead is the goroutine that reads, if there is one.
	ahead *readAhead
	// named: a regular file that was opened by its name. regular: it is read
	// without waiting, and may be standard input.
	named, regular bool
	size           int64
	// lapse closes it when the time to linger has passed. There is one since end was
	// called: what comes is awaited without turns then.
	lapse atomic.Pointer[time.Timer]
	// offset counts the octets read, for other goroutines too.
	offset atomic.Int64
}

// openInlet opens a file or a pipe by its name, or standard input for "-".
func openInlet(name string, stdin io.Reader, open func(string) (fs.File, error)) (*inlet, error) {
	if name == "-" {
		l := &inlet{reader: stdin}
		if file, ok := stdin.(*os.File); ok {
			info, err := file.Stat()
			l.regular = err == nil && info.Mode().IsRegular()
		}
		return l, nil
	}
	file, err := open(name)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = &fs.PathError{Op: "open", Path: name, Err: syscall.EISDIR}
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	l := &inlet{reader: file, file: file}
	if info.Mode().IsRegular() {
		l.named, l.regular, l.size = true, true, info.Size()
	}
	return l, nil
}

// Read reads from where it all begins.
func (l *inlet) Read(p []byte) (int, error) {
	n, err := l.reader.Read(p)
	l.offset.Add(int64(n))
	return n, err
}

// quietTime is how long nothing may come from a pipe before who reads it hears
// of that: what takes turns with reading, as showing open sessions, goes on.
const quietTime = 100 * time.Millisecond

// quiet waits for something to read and tells that nothing came for quietTime.
// Regular files are never quiet.
func (l *inlet) quiet() bool {
	return !l.regular && l.ahead != nil && !l.ahead.await(quietTime) && l.lapse.Load() == nil
}

// lingerTime is for how long a pipe is read after end: what stood in it by then is
// wanted, and Ctrl-C ends the writer, too, which may have kept the last packets back.
const lingerTime = 200 * time.Millisecond

// end closes the inlet: a pipe when it ends, or when the time to linger has passed.
// It may be called from any goroutine, and more than once.
func (l *inlet) end(linger time.Duration) {
	if l.regular || l.ahead == nil {
		l.close()
		return
	}
	if lapse := time.AfterFunc(linger, l.close); !l.lapse.CompareAndSwap(nil, lapse) {
		lapse.Stop()
	}
}

// close makes a Read that waits return, now. It may be called from any goroutine,
// and more than once.
func (l *inlet) close() {
	if lapse := l.lapse.Load(); lapse != nil {
		lapse.Stop()
	}
	if l.ahead != nil {
		l.ahead.stop()
	}
	if l.file != nil {
		l.file.Close() // of a file only read, an error tells nothing
	}
}
