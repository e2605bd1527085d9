// Decompress unpacks gzip or zstd from standard input to standard output by the
// library that smtpscope unpacks captures with, set up in the same way and with
// nothing beside it: what smtpscope is compared with in docs/performance.md.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

func main() {
	if err := decompress(os.Stdout, bufio.NewReaderSize(os.Stdin, 1<<20)); err != nil {
		fmt.Fprintf(os.Stderr, "decompress: %v\n", err)
		os.Exit(2)
	}
}

func decompress(to io.Writer, from *bufio.Reader) error {
	var plain io.Reader
	magic, err := from.Peek(2)
	if err != nil {
		return err
	}
	if magic[0] == 0x1f && magic[1] == 0x8b { // RFC 1952, section 2.3.1
		plain, err = gzip.NewReader(from)
	} else {
		plain, err = zstd.NewReader(from, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxWindow(128<<20))
	}
	if err != nil {
		return err
	}
	// Without the methods by which the readers would choose their own pieces.
	_, err = io.CopyBuffer(struct{ io.Writer }{to}, struct{ io.Reader }{plain}, make([]byte, 1<<20))
	return err
}
