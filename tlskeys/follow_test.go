package tlskeys

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A step of a key log's life, and which of the randoms 0, 1, 2… are known then.
type step struct {
	name   string
	do     func(t *testing.T, path string)
	known  []int
	counts Counts
}

func write(text string) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func appendTo(text string) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.WriteString(text); err != nil {
			t.Fatal(err)
		}
	}
}

func rotate(text string) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		if err := os.Rename(path, path+".1"); err != nil {
			t.Fatal(err)
		}
		write(text)(t, path)
	}
}

func TestFollow(t *testing.T) {
	line := func(n int) string { return logLine("CLIENT_RANDOM", random(n), repeated(byte(n), 48)) }
	nothing := func(*testing.T, string) {}
	tests := []struct {
		name  string
		steps []step
	}{
		{name: "grows", steps: []step{
			{name: "begins", do: write(line(0)), known: []int{0}, counts: Counts{Lines: 1, Sessions: 1}},
			{name: "rests", do: nothing, known: []int{0}, counts: Counts{Lines: 1, Sessions: 1}},
			{name: "grows", do: appendTo(line(1) + line(2)), known: []int{0, 1, 2}, counts: Counts{Lines: 3, Sessions: 3}},
		}},
		{name: "torn line", steps: []step{
			{name: "torn in the random", do: write(line(0)[:40]), counts: Counts{}},
			{name: "torn in the secret", do: appendTo(line(0)[40:100]), counts: Counts{}},
			{name: "all but the end", do: appendTo(line(0)[100 : len(line(0))-1]), known: []int{0}, counts: Counts{Sessions: 1}},
			{name: "the end", do: appendTo("\n"), known: []int{0}, counts: Counts{Lines: 1, Sessions: 1}},
		}},
		{name: "truncated", steps: []step{
			{name: "begins", do: write(line(0) + line(1)), known: []int{0, 1}, counts: Counts{Lines: 2, Sessions: 2}},
			{name: "written anew", do: write(line(2)), known: []int{0, 1, 2}, counts: Counts{Lines: 3, Sessions: 3}},
			{name: "grows", do: appendTo(line(3)), known: []int{0, 1, 2, 3}, counts: Counts{Lines: 4, Sessions: 4}},
		}},
		{name: "appears late", steps: []step{
			{name: "not there", do: nothing},
			{name: "appears", do: write(line(0)), known: []int{0}, counts: Counts{Lines: 1, Sessions: 1}},
		}},
		{name: "rotated", steps: []step{
			{name: "begins", do: write(line(0)), known: []int{0}, counts: Counts{Lines: 1, Sessions: 1}},
			{name: "grows and is rotated", do: func(t *testing.T, path string) {
				appendTo(line(1))(t, path)
				rotate(line(2))(t, path)
			}, known: []int{0, 1, 2}, counts: Counts{Lines: 3, Sessions: 3}},
			{name: "gone", do: func(t *testing.T, path string) {
				if err := os.Rename(path, path+".2"); err != nil {
					t.Fatal(err)
				}
			}, known: []int{0, 1, 2}, counts: Counts{Lines: 3, Sessions: 3}},
			{name: "back", do: write(line(3)), known: []int{0, 1, 2, 3}, counts: Counts{Lines: 4, Sessions: 4}},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.name == "rotated" && runtime.GOOS == "windows" {
				t.Skip("a file that is open cannot be renamed here")
			}
			path := filepath.Join(t.TempDir(), "keys")
			s := NewStore()
			defer s.Close()
			for i, step := range tt.steps {
				step.do(t, path)
				version := s.Version()
				var grew bool
				var err error
				if i == 0 {
					err = s.Follow(path)
					if _, there := os.Stat(path); errors.Is(there, fs.ErrNotExist) != errors.Is(err, fs.ErrNotExist) {
						t.Errorf("Follow: %v", err)
					}
					grew = s.Version() > version
				} else if grew, err = s.Refresh(); err != nil {
					t.Errorf("%s: %v", step.name, err)
				}
				if grew != (s.Version() > version) {
					t.Errorf("%s: grew is %t", step.name, grew)
				}
				var known []int
				for n := range 10 {
					if s.Has(random(n)) {
						known = append(known, n)
					}
				}
				if diff := cmp.Diff(step.known, known); diff != "" {
					t.Errorf("%s: known: %s", step.name, diff)
				}
				if diff := cmp.Diff(step.counts, s.Counts()); diff != "" {
					t.Errorf("%s: counts: %s", step.name, diff)
				}
			}
		})
	}
}

func TestFollowFails(t *testing.T) {
	s := NewStore()
	defer s.Close()
	if err := s.Follow(t.TempDir()); err == nil {
		t.Error("a folder was followed")
	}
	if _, err := s.Refresh(); err != nil {
		t.Errorf("what could not be followed is asked again: %v", err)
	}
}

func TestFollowPipe(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("no /dev/fd")
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := w.WriteString(logLine("CLIENT_RANDOM", random(0), repeated(1, 48))); err != nil {
		t.Fatal(err)
	}
	w.Close()
	s := NewStore()
	defer s.Close()
	path := filepath.Join("/dev/fd", strconv.Itoa(int(r.Fd())))
	if err := s.Follow(path); err != nil {
		t.Fatal(err)
	}
	if !s.Has(random(0)) {
		t.Error("the pipe was not read")
	}
	if _, err := s.Refresh(); err != nil {
		t.Error(err)
	}
}
