package report

import "io"

const (
	// batchBytes is how much is gathered for one Write.
	batchBytes = 64 << 10
	// keptBytes is the greatest buffer that is kept after a Write: one huge
	// record should not hold its memory for the rest of the run.
	keptBytes = 1 << 20
)

// A sink gathers whole records and writes many at once.
type sink struct {
	w   io.Writer
	b   []byte
	err error // the first of the writer's errors
}

// add ends a record: b is the sink's buffer with the record appended.
func (s *sink) add(b []byte) error {
	if s.err != nil {
		return s.err
	}
	s.b = b
	if len(b) < batchBytes {
		return nil
	}
	return s.flush()
}

func (s *sink) flush() error {
	if s.err != nil || len(s.b) == 0 {
		return s.err
	}
	_, s.err = s.w.Write(s.b)
	if s.b = s.b[:0]; cap(s.b) > keptBytes {
		s.b = nil
	}
	return s.err
}
