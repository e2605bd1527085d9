package capture

import (
	"bytes"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// maxZstdWindow bounds the memory of a zstd decoder: the greatest window that
// the zstd command accepts by itself.
const maxZstdWindow = 128 << 20

// A compression is a format that captures come wrapped in.
type compression struct {
	// name is what InputStats.Format calls it.
	name  string
	magic []byte
	// open may read, and may return an io.Closer.
	open func(io.Reader) (io.Reader, error)
}

var compressions = []compression{
	{"gzip", []byte{0x1f, 0x8b}, openGzip},             // RFC 1952, section 2.3.1
	{"zstd", []byte{0x28, 0xb5, 0x2f, 0xfd}, openZstd}, // RFC 8878, section 3.1.1
	{"zstd", []byte{0x50, 0x2a, 0x4d, 0x18}, openZstd}, // the same, 3.1.2: a skippable frame first
}

// compressionOf returns nil if head does not begin compressed data.
func compressionOf(head []byte) *compression {
	for i := range compressions {
		if bytes.HasPrefix(head, compressions[i].magic) {
			return &compressions[i]
		}
	}
	return nil
}

// openGzip reads members that follow each other as one, as gzip does.
func openGzip(r io.Reader) (io.Reader, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	return z, nil
}

func openZstd(r io.Reader) (io.Reader, error) {
	// One goroutine decodes: the readAhead's, so that memory stays small.
	d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1),
		zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxZstdWindow))
	if err != nil {
		return nil, err
	}
	return d.IOReadCloser(), nil
}
