package tlskeys

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// A keyLogFile is a key log that may grow. It stays open, so that it can be read
// when the right to open it is gone.
type keyLogFile struct {
	path string
	file *os.File // nil while there is none
	info fs.FileInfo
	read int64 // how far it was read
	// whole: no regular file; it was read to its end, and is done with.
	whole bool
	lines lineReader
}

// Follow reads a key log file and keeps it open, so that Refresh reads what is
// appended. If the error is fs.ErrNotExist, Refresh waits for the file to
// appear. What is no regular file (a pipe) is read to its end, once.
func (s *Store) Follow(path string) error {
	s.following.Lock()
	defer s.following.Unlock()
	f := &keyLogFile{path: path}
	err := f.refresh(s)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		s.files = append(s.files, f)
	}
	return err
}

// Refresh reads what was appended to the files since. Where a file was
// truncated or replaced by another, it is read from its beginning; secrets that
// are known stay, and a file that is gone is waited for. grew tells that secrets
// were added. It costs one stat per file when nothing happened.
func (s *Store) Refresh() (grew bool, err error) {
	s.following.Lock()
	defer s.following.Unlock()
	before := s.Version()
	var all []error
	for _, f := range s.files {
		if e := f.refresh(s); e != nil && !errors.Is(e, fs.ErrNotExist) {
			all = append(all, e)
		}
	}
	return s.Version() > before, errors.Join(all...)
}

func (f *keyLogFile) refresh(s *Store) error {
	if f.whole {
		return nil
	}
	info, err := os.Stat(f.path)
	if err != nil && f.file != nil {
		return f.further(s)
	}
	if err != nil {
		return err
	}
	switch {
	case f.file != nil && os.SameFile(info, f.info):
		if info.Size() == f.read {
			return nil
		}
		if info.Size() < f.read { // truncated
			f.lines.end(s)
			f.read = 0
		}
		return f.more(s)
	case f.file != nil: // replaced: what the old one got since is read first
		err := f.more(s)
		f.close(s)
		if err != nil {
			return err
		}
	}
	if f.file, err = os.Open(f.path); err != nil {
		return err
	}
	if f.info, err = f.file.Stat(); err != nil {
		f.close(s)
		return err
	}
	if !f.info.Mode().IsRegular() {
		f.whole = true
		defer f.close(s)
	}
	if err := f.more(s); err != nil {
		f.close(s)
		return err
	}
	return nil
}

// further reads what the open file got since, whose path cannot be looked at: it
// is gone, or out of reach since rights were given up.
func (f *keyLogFile) further(s *Store) error {
	info, err := f.file.Stat()
	if err != nil || info.Size() == f.read {
		return err
	}
	return f.more(s)
}

// more reads from where reading stopped to the end.
func (f *keyLogFile) more(s *Store) error {
	var in io.Reader = f.file
	if !f.whole {
		if _, err := f.file.Seek(f.read, io.SeekStart); err != nil {
			return err
		}
	}
	piece := make([]byte, 64<<10)
	defer clear(piece)
	for {
		n, err := in.Read(piece)
		f.read += int64(n)
		f.lines.read(s, piece[:n])
		if errors.Is(err, io.EOF) {
			f.lines.peek(s)
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// close ends the reading of the file that is open; another may follow.
func (f *keyLogFile) close(s *Store) {
	if f.file == nil {
		return
	}
	f.lines.end(s)
	f.file.Close()
	f.file, f.read = nil, 0
}

func (s *Store) closeFiles() {
	s.following.Lock()
	defer s.following.Unlock()
	for _, f := range s.files {
		f.close(s)
	}
	s.files = nil
}
