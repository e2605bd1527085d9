package confine

import (
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
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

// conditional are the calls that are allowed with certain arguments only.
var conditional = []string{"clone", "prctl", "tgkill", "kill", "ioctl"}

// A filterMachine runs the filter of an architecture, as the kernel of that one would.
type filterMachine struct {
	t    *testing.T
	info *arch.Info
	vm   *bpf.VM
}

func newFilterMachine(t *testing.T, info *arch.Info) *filterMachine {
	t.Helper()
	policy := policyFor(info)
	// The library assembles for the machine that it runs on, unless it has been told.
	of := reflect.ValueOf(&policy).Elem().FieldByName("arch")
	*(**arch.Info)(unsafe.Pointer(of.UnsafeAddr())) = info
	program, err := policy.Assemble()
	if err != nil {
		t.Fatal(err)
	}
	vm, err := bpf.NewVM(program)
	if err != nil {
		t.Fatal(err)
	}
	return &filterMachine{t, info, vm}
}

// run returns what becomes of a system call (struct seccomp_data of seccomp(2)).
func (m *filterMachine) run(audit arch.AuditArch, number uint32, args ...uint64) seccomp.Action {
	m.t.Helper()
	// The words stand where a little-endian machine has them; the VM reads each
	// in the order of the network.
	data := make([]byte, 64)
	binary.BigEndian.PutUint32(data, number)
	binary.BigEndian.PutUint32(data[4:], uint32(audit))
	for i, a := range args {
		binary.BigEndian.PutUint32(data[16+8*i:], uint32(a))
		binary.BigEndian.PutUint32(data[20+8*i:], uint32(a>>32))
	}
	verdict, err := m.vm.Run(data)
	if err != nil {
		m.t.Fatal(err)
	}
	return seccomp.Action(verdict)
}

// name is run for a call by its name.
func (m *filterMachine) name(name string, args ...uint64) seccomp.Action {
	m.t.Helper()
	number, has := m.info.SyscallNames[name]
	if !has {
		m.t.Fatalf("%s has no %s", m.info.Name, name)
	}
	return m.run(m.info.ID, uint32(number), args...)
}

// TestFilterOfArchitectures runs the filters of both architectures: each call that is
// there gives what the list says, and calls of another architecture are refused.
func TestFilterOfArchitectures(t *testing.T) {
	const refused, unknown = seccomp.ActionErrno | seccomp.Action(unix.EPERM), seccomp.ActionErrno | seccomp.Action(unix.ENOSYS)
	for _, info := range []*arch.Info{arch.X86_64, arch.AARCH64} {
		t.Run(info.Name, func(t *testing.T) {
			m := newFilterMachine(t, info)
			for name, number := range info.SyscallNames {
				want := refused
				switch {
				case slices.Contains(allowed, name):
					want = seccomp.ActionAllow
				case name == "clone3":
					want = unknown
				}
				if got := m.name(name); got != want && !slices.Contains(conditional, name) {
					t.Errorf("%s: %#x, want %#x", name, uint32(got), uint32(want))
				}
				for _, other := range []*arch.Info{arch.X86_64, arch.AARCH64, arch.I386, arch.ARM} {
					if got := m.run(other.ID, uint32(number)); other != info && got != refused {
						t.Errorf("%d of %s: %#x", number, other.Name, uint32(got))
					}
				}
				if got := m.run(info.ID, uint32(number)|uint32(arch.X32.SeccompMask)); got == seccomp.ActionAllow {
					t.Errorf("%s of x32 is allowed", name)
				}
			}
			self := uint64(os.Getpid())
			tests := []struct {
				name string
				args []uint64
				want seccomp.Action
			}{
				{"clone", []uint64{unix.CLONE_VM | unix.CLONE_THREAD}, seccomp.ActionAllow},
				{"clone", []uint64{uint64(unix.SIGCHLD)}, refused},
				{"prctl", []uint64{unix.PR_SET_VMA}, seccomp.ActionAllow},
				{"prctl", []uint64{unix.PR_SET_DUMPABLE}, refused},
				{"tgkill", []uint64{self}, seccomp.ActionAllow},
				{"tgkill", []uint64{self + 1}, refused},
				{"kill", []uint64{0}, seccomp.ActionAllow},
				{"kill", []uint64{1}, refused},
				{"kill", []uint64{1<<64 - 1}, refused}, // everybody
				{"ioctl", []uint64{0, unix.TCGETS}, seccomp.ActionAllow},
				{"ioctl", []uint64{0, unix.TIOCSTI}, refused},
				{"ioctl", []uint64{0, 1<<32 | unix.TIOCSTI}, refused},
				{"execve", nil, refused},
				{"socket", []uint64{unix.AF_INET}, refused},
				{"ptrace", nil, refused},
			}
			for _, test := range tests {
				if got := m.name(test.name, test.args...); got != test.want {
					t.Errorf("%s(%#x): %#x, want %#x", test.name, test.args, uint32(got), uint32(test.want))
				}
			}
		})
	}
}

// TestFilterLetsTheRuntimeRun: the system calls that Go's runtime makes itself are
// allowed, by the numbers that its sources have.
func TestFilterLetsTheRuntimeRun(t *testing.T) {
	// Those are for Android's log, and for the beginning of a thread of C.
	needless := []string{"socket", "connect", "arch_prctl"}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Skip(err)
	}
	source := filepath.Join(strings.TrimSpace(string(root)), "src")
	for goarch, info := range map[string]*arch.Info{"amd64": arch.X86_64, "arm64": arch.AARCH64} {
		numbers := make(map[int]bool)
		for file, define := range map[string]string{
			"runtime/sys_linux_" + goarch + ".s":                          `(?m)^#define SYS_\w+\s+(\d+)`,
			"internal/runtime/syscall/linux/defs_linux_" + goarch + ".go": `(?m)^\s*SYS_\w+\s*=\s*(\d+)`,
		} {
			text, err := os.ReadFile(filepath.Join(source, file))
			if err != nil {
				t.Skip(err)
			}
			for _, found := range regexp.MustCompile(define).FindAllSubmatch(text, -1) {
				n, _ := strconv.Atoi(string(found[1]))
				numbers[n] = true
			}
		}
		if len(numbers) < 30 {
			t.Errorf("%s: only %d system calls were found", goarch, len(numbers))
		}
		for number := range numbers {
			name := info.SyscallNumbers[number]
			if !slices.Contains(slices.Concat(allowed, conditional, needless), name) {
				t.Errorf("%s: the runtime calls %d, which is %q", goarch, number, name)
			}
		}
	}
}
