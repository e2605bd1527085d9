package confine

import (
	"os"
	"slices"
	"strconv"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"
	"golang.org/x/sys/unix"
)

// allowed are the system calls that the Go runtime and this program make once
// everything is open, on the 64-bit architectures that this program is built for.
// Names that an architecture lacks are passed over, and some calls have two names:
// newfstatat of amd64 is fstatat on arm64. What is
// missing here fails with EPERM: above all execve, socket, connect, listen,
// ptrace, and all that changes who the process is or what it may.
var allowed = []string{
	// Memory.
	"mmap", "munmap", "mremap", "mprotect", "madvise", "mincore", "brk",
	// Threads, and signals among them.
	"futex", "sched_yield", "sched_getaffinity", "gettid", "getpid", "getppid", "set_robust_list", "rseq", "exit", "exit_group",
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall",
	// Time.
	"nanosleep", "clock_nanosleep", "clock_gettime", "gettimeofday", "time", "setitimer", "timer_create", "timer_settime", "timer_delete",
	// Waiting.
	"epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd2", "pipe2", "poll", "ppoll", "select", "pselect6",
	// Files: which, Landlock decides.
	"read", "readv", "pread64", "write", "writev", "pwrite64", "lseek", "close", "fcntl", "dup", "dup3",
	"openat", "fstat", "newfstatat", "fstatat", "statx", "faccessat", "faccessat2", "readlinkat", "getcwd", "getdents64",
	"ftruncate", "fallocate", "fadvise64", "fsync", "fdatasync", "renameat", "renameat2", "unlinkat", "fchmod", "umask",
	// Sockets that are open, those of packets and the one of metrics; bind,
	// because an interface that comes back has another number.
	"recvfrom", "recvmsg", "recvmmsg", "sendto", "sendmsg", "accept4", "bind", "shutdown",
	"getsockopt", "setsockopt", "getsockname", "getpeername",
	// Who one is.
	"getuid", "geteuid", "getgid", "getegid", "getrandom", "getrusage", "uname", "sysinfo", "prlimit64", "getrlimit", "capget",
}

// allowedWith are those that are harmless with certain arguments only.
func allowedWith() []seccomp.NameWithConditions {
	self := uint64(os.Getpid())
	with := func(name string, argument uint32, op seccomp.Operation, values ...uint64) (all []seccomp.NameWithConditions) {
		for _, v := range values {
			all = append(all, seccomp.NameWithConditions{
				Name: name, Conditions: seccomp.ArgumentConditions{{Argument: argument, Operation: op, Value: v}},
			})
		}
		return all
	}
	return slices.Concat(
		with("clone", 0, seccomp.BitsSet, unix.CLONE_THREAD), // threads, no processes
		with("prctl", 0, seccomp.Equal, unix.PR_SET_VMA),     // the runtime names its memory
		with("tgkill", 0, seccomp.Equal, self),
		with("kill", 0, seccomp.Equal, self, 0), // 0: Ctrl-Z stops the process group
		// The modes and the size of the terminal. TIOCSTI, which types into it, is not there.
		with("ioctl", 1, seccomp.Equal, unix.TCGETS, unix.TCSETS, unix.TCSETSW, unix.TCSETSF, unix.TIOCGWINSZ, unix.TIOCGPGRP),
	)
}

// filterSyscalls leaves the system calls that are allowed, to all threads.
func filterSyscalls() Step {
	support := seccompSupport()
	if support.Outcome != Possible {
		return support
	}
	info, err := arch.GetInfo("")
	if err != nil {
		return Step{support.Name, Unsupported, err.Error()}
	}
	return step(support.Name, seccomp.LoadFilter(seccomp.Filter{Flag: seccomp.FilterFlagTSync, Policy: policyFor(info)}))
}

// policyFor is what an architecture allows.
func policyFor(info *arch.Info) seccomp.Policy {
	return seccomp.Policy{
		DefaultAction: seccomp.ActionErrno,
		Syscalls: []seccomp.SyscallGroup{
			{Action: seccomp.ActionAllow, Names: knownTo(info), NamesWithCondtions: allowedWith()},
			// Its arguments cannot be looked at. The C library, where it is linked
			// in, then makes threads by clone.
			{Action: seccomp.ActionErrno | seccomp.Action(unix.ENOSYS), Names: []string{"clone3"}},
		},
	}
}

// knownTo are those of the allowed system calls that an architecture has.
func knownTo(info *arch.Info) []string {
	return slices.DeleteFunc(slices.Clone(allowed), func(name string) bool {
		_, has := info.SyscallNames[name]
		return !has
	})
}

func seccompSupport() Step {
	const name = "seccomp"
	if strconv.IntSize == 32 { // which have calls of their own for long times and offsets
		return Step{name, Unsupported, "the list of system calls is one for 64-bit systems"}
	}
	if !seccomp.Supported() {
		return Step{name, Unsupported, "it needs a kernel with CONFIG_SECCOMP_FILTER"}
	}
	return Step{name, Possible, ""}
}
