package confine

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// planVariable makes the test binary confine itself by the plan that it holds,
// and report what it can do then, instead of running tests.
const planVariable = "CONFINE_TEST_PLAN"

func TestMain(m *testing.M) {
	if plan := os.Getenv(planVariable); plan != "" {
		os.Exit(confined(plan))
	}
	os.Exit(m.Run())
}

// A finding is what became of one attempt on one thread.
type finding struct {
	Thread  int
	Attempt string
	Errno   unix.Errno // 0: it worked
}

// account is what a confined process tells of itself.
type account struct {
	Steps    []Step
	Findings []finding
	Status   map[string][]string // lines of /proc/self/task/*/status by name
}

// confined is the process that confines itself. Half of its threads are there
// before, half come after.
func confined(text string) int {
	var p Plan
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		panic(err)
	}
	status := openStatus()
	const threads = 4
	begin, found := make(chan struct{}), make(chan []finding)
	ready := make(chan struct{})
	thread := func(n int) {
		runtime.LockOSThread()
		ready <- struct{}{}
		<-begin
		found <- attempts(n)
	}
	for n := range threads {
		go thread(n)
		<-ready
	}
	var a account
	var err error
	if a.Steps, err = Apply(p); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	for n := range threads {
		go thread(threads + n)
		<-ready
	}
	close(begin)
	for range 2 * threads {
		a.Findings = append(a.Findings, <-found...)
	}
	a.Status = status()
	if len(p.Create) > 0 {
		a.Findings = append(a.Findings, creation(p.Create[0])...)
	}
	if err := json.NewEncoder(os.Stdout).Encode(a); err != nil {
		return 1
	}
	return 0
}

// openStatus opens the folder of this process's threads, while that is allowed.
// The files in it are read through it, by a kernel that asks nobody.
func openStatus() func() map[string][]string {
	var files []*os.File
	for _, name := range must(filepath.Glob("/proc/self/task/*/status")) {
		files = append(files, must(os.Open(name)))
	}
	return func() map[string][]string {
		lines := map[string][]string{}
		for _, f := range files {
			for s := bufio.NewScanner(f); s.Scan(); {
				if name, value, ok := strings.Cut(s.Text(), ":"); ok {
					lines[name] = append(lines[name], strings.TrimSpace(value))
				}
			}
		}
		return lines
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// attempts tries, on this thread, what must not work. The calls are raw: the
// syscall package would make some of them on all threads.
func attempts(thread int) []finding {
	var all []finding
	try := func(what string, call, a, b, c uintptr) {
		_, _, errno := unix.RawSyscall(call, a, b, c)
		all = append(all, finding{thread, what, errno})
	}
	for _, name := range []string{"/etc/shadow", "/etc/passwd", "/proc/self/status", "/bin/sh", "."} {
		fd, err := unix.Open(name, unix.O_RDONLY, 0)
		if err == nil {
			// Opening a folder may be allowed where its files are not.
			_, err = unix.Read(fd, make([]byte, 1))
		}
		var errno unix.Errno
		errors.As(err, &errno)
		all = append(all, finding{thread, "read " + name, errno})
	}
	fd, err := unix.Open("/tmp/smtpscope-confine-test", unix.O_WRONLY|unix.O_CREAT, 0o600)
	var errno unix.Errno
	errors.As(err, &errno)
	if err == nil {
		unix.Close(fd)
		os.Remove("/tmp/smtpscope-confine-test")
	}
	all = append(all, finding{thread, "create /tmp/…", errno})

	try("socket inet", unix.SYS_SOCKET, unix.AF_INET, unix.SOCK_STREAM, 0)
	try("socket packet", unix.SYS_SOCKET, unix.AF_PACKET, unix.SOCK_RAW, 0)
	try("socket netlink", unix.SYS_SOCKET, unix.AF_NETLINK, unix.SOCK_RAW, 0)
	try("socket unix", unix.SYS_SOCKET, unix.AF_UNIX, unix.SOCK_STREAM, 0)
	sh := append([]byte("/bin/true"), 0)
	argv := []*byte{&sh[0], nil}
	try("execve", unix.SYS_EXECVE, uintptr(unsafe.Pointer(&sh[0])), uintptr(unsafe.Pointer(&argv[0])), 0)
	try("fork", unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0)
	try("setuid", unix.SYS_SETUID, 0, 0, 0)
	try("setresuid", unix.SYS_SETRESUID, 0, 0, 0)
	try("setgid", unix.SYS_SETGID, 0, 0, 0)
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	sets := capabilitySets{{Effective: 1, Permitted: 1}}
	try("capset", unix.SYS_CAPSET, uintptr(unsafe.Pointer(&header)), uintptr(unsafe.Pointer(&sets[0])), 0)
	try("unshare", unix.SYS_UNSHARE, unix.CLONE_NEWUSER, 0, 0)
	try("ptrace", unix.SYS_PTRACE, unix.PTRACE_SEIZE, uintptr(os.Getppid()), 0)
	try("kill another", unix.SYS_KILL, uintptr(os.Getppid()), 0, 0)
	try("bpf", unix.SYS_BPF, 0, 0, 0)
	try("TIOCSTI", unix.SYS_IOCTL, 0, unix.TIOCSTI, uintptr(unsafe.Pointer(&sh[0])))
	return all
}

// creation tries, in the folder of the plan, what must work.
func creation(folder string) []finding {
	var all []finding
	note := func(what string, err error) {
		var errno unix.Errno
		if err != nil && !errors.As(err, &errno) {
			errno = unix.EIO
		}
		all = append(all, finding{-1, what, errno})
	}
	a, b := filepath.Join(folder, "a"), filepath.Join(folder, "b")
	note("create", os.WriteFile(a, []byte("text"), 0o600))
	note("rename", os.Rename(a, b))
	note("write over", os.WriteFile(b, nil, 0o600))
	note("remove", os.Remove(b))
	return all
}

// runConfined runs the test binary as a process that confines itself.
func runConfined(t *testing.T, p Plan) account {
	t.Helper()
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), planVariable+"="+string(text))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	var a account
	if err := json.Unmarshal(out, &a); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return a
}

func needsRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("this needs root: there is nothing to give up")
	}
}

// folderOf makes a folder that belongs to a user.
func folderOf(t *testing.T, u User) string {
	t.Helper()
	folder := t.TempDir()
	// The folders above are made for root only.
	for at := folder; at != os.TempDir() && at != "/"; at = filepath.Dir(at) {
		if err := os.Chmod(at, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chown(folder, u.UID, u.GID); err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestApply: after it, the process can read no file, open no socket, execute
// nothing and regain no right, on any thread; and it can do what it was to keep.
func TestApply(t *testing.T) {
	needsRoot(t)
	for _, test := range []struct {
		name string
		user User
		uids string
	}{
		{name: "nobody", user: lookupNobody(), uids: "65534\t65534\t65534\t65534"},
		{name: "a number", user: must(Lookup("12345")), uids: "12345\t12345\t12345\t12345"},
		{name: "still root", user: User{}, uids: "0\t0\t0\t0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := runConfined(t, Plan{User: test.user, Create: []string{folderOf(t, test.user)}})
			landlocked := false
			for _, s := range a.Steps {
				t.Log(s)
				if s.Outcome == Failed {
					t.Errorf("%v", s)
				}
				landlocked = landlocked || s.Name == "landlock" && s.Outcome == Done
			}
			if !landlocked {
				t.Log("this kernel has no landlock: what may be read is decided by the user's rights only")
			}
			for _, f := range a.Findings {
				switch {
				case f.Thread < 0:
					if f.Errno != 0 {
						t.Errorf("%s in the folder of the plan: %v", f.Attempt, f.Errno)
					}
				case strings.HasPrefix(f.Attempt, "read ") || strings.HasPrefix(f.Attempt, "create "):
					if landlocked && f.Errno != unix.EACCES {
						t.Errorf("thread %d: %s: %v, want EACCES", f.Thread, f.Attempt, f.Errno)
					}
				case f.Errno != unix.EPERM:
					t.Errorf("thread %d: %s: %v, want EPERM", f.Thread, f.Attempt, f.Errno)
				}
			}
			for name, want := range map[string]string{
				"Uid": test.uids, "CapEff": noCapabilities, "CapPrm": noCapabilities, "CapInh": noCapabilities,
				"CapBnd": noCapabilities, "CapAmb": noCapabilities, "NoNewPrivs": "1", "Seccomp": "2",
			} {
				if len(a.Status[name]) < 2 {
					t.Errorf("%s is told of %d threads", name, len(a.Status[name]))
				}
				for _, got := range a.Status[name] {
					if got != want {
						t.Errorf("%s is %q on a thread, want %q", name, got, want)
					}
				}
			}
		})
	}
}

const noCapabilities = "0000000000000000"

// TestCapabilityOfFile: without root, but with a capability of the binary's own.
func TestCapabilityOfFile(t *testing.T) {
	needsRoot(t)
	setcap, err := exec.LookPath("setcap")
	if err != nil {
		t.Skip("setcap is missing")
	}
	user := lookupNobody()
	binary := filepath.Join(folderOf(t, user), "test")
	if err := os.WriteFile(binary, must(os.ReadFile("/proc/self/exe")), 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(setcap, "cap_net_raw+ep", binary).CombinedOutput(); err != nil {
		t.Skipf("setcap: %v: %s", err, out)
	}
	cmd := exec.Command(binary)
	cmd.Env = append(os.Environ(), planVariable+"={}")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(user.UID), Gid: uint32(user.GID)}}
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var a account
	if err := json.Unmarshal(out, &a); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"CapEff", "CapPrm"} {
		for _, got := range a.Status[name] {
			if got != noCapabilities {
				t.Errorf("%s is %q on a thread", name, got)
			}
		}
	}
	for _, f := range a.Findings {
		if f.Attempt == "socket packet" && f.Errno != unix.EPERM {
			t.Errorf("thread %d: %s: %v", f.Thread, f.Attempt, f.Errno)
		}
	}
}
