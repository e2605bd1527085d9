package confine

import (
	"slices"
	"testing"

	"github.com/elastic/go-seccomp-bpf/arch"
)

// TestSyscallsOfArchitectures: what an architecture lacks of the list is what it
// has no need of. A name that is merely spelt otherwise there would be denied.
func TestSyscallsOfArchitectures(t *testing.T) {
	tests := []struct {
		info  *arch.Info
		lacks []string
		// has are calls by the numbers that Go's runtime and its packages use there:
		// openat, newfstatat, fstat, renameat, unlinkat, ftruncate, epoll_pwait, bind,
		// setsockopt.
		has []int
	}{
		{info: arch.X86_64, lacks: []string{"fstatat"}, has: []int{257, 262, 5, 264, 263, 77, 281, 49, 54}},
		{
			info: arch.AARCH64, has: []int{56, 79, 80, 38, 35, 46, 22, 200, 208},
			// Calls that the newer architectures never had: their successors are there.
			lacks: []string{"newfstatat", "time", "epoll_wait", "poll", "select"},
		},
	}
	for _, test := range tests {
		known := knownTo(test.info)
		for _, name := range allowed {
			if slices.Contains(known, name) == slices.Contains(test.lacks, name) {
				t.Errorf("%s: %s: known %t", test.info.Name, name, slices.Contains(known, name))
			}
		}
		for _, number := range test.has {
			if name := test.info.SyscallNumbers[number]; !slices.Contains(known, name) {
				t.Errorf("%s: %d, which is %q, is denied", test.info.Name, number, name)
			}
		}
	}
}
