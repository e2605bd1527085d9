// Package confine takes from the process what it no longer needs, once its
// inputs and outputs are open: root, capabilities, files, the network, the
// system calls that it never makes.
//
// What comes from the wire is hostile. Should a flaw let it steer this process,
// what it can reach then is what this package has left.
//
//	step             on       what it takes
//	capabilities     Linux    all of them, and the way back to them
//	no_new_privs     Linux    what set-user-ID programs would give (prctl(2))
//	landlock         Linux    files but those of the Plan; the network (landlock(7))
//	user             Unix     root: the process becomes an ordinary user
//	seccomp          Linux    system calls but those of the list; new sockets,
//	                          programs, identities (seccomp(2))
//
// Each holds for all threads. A step that the system cannot do is told and left
// out; only a process that must not stay root and cannot help it is an error.
package confine

import (
	"fmt"
	"strings"
)

// A Plan says what the process still needs.
type Plan struct {
	// User is whom the process becomes when it is root; its zero value means
	// that it stays what it is, without capabilities.
	User User
	// Read are files that will be opened again for reading, and folders of which
	// all files may be.
	Read []string
	// Write are files that will be opened again for writing.
	Write []string
	// Create are folders in which, and below which, files may be made, written,
	// renamed and removed.
	Create []string
	// Terminal is the device from which keys are taken; empty for none.
	Terminal string
}

// A Step is one thing that was done, or that can be.
type Step struct {
	Name    string
	Outcome Outcome
	// Detail says more: whom, which version, why not.
	Detail string
}

// String is the step in a line.
func (s Step) String() string {
	if s.Detail == "" {
		return s.Name + ": " + s.Outcome.String()
	}
	return s.Name + ": " + s.Outcome.String() + ", " + s.Detail
}

// An Outcome is what became of a step.
type Outcome int

const (
	// Done: it holds.
	Done Outcome = iota
	// Unneeded: there was nothing to take.
	Unneeded
	// Unsupported: the system does not know it.
	Unsupported
	// Failed: the system refused.
	Failed
	// Possible: the system can do it. Only Support says that.
	Possible
)

// String is the outcome in a word or two.
func (o Outcome) String() string {
	switch o {
	case Done:
		return "done"
	case Unneeded:
		return "not needed"
	case Unsupported:
		return "not supported here"
	case Failed:
		return "failed"
	case Possible:
		return "supported"
	}
	return fmt.Sprintf("Outcome(%d)", int(o))
}

// A User is an identity that the process can take.
type User struct {
	Name   string
	UID    int
	GID    int
	Groups []int // supplementary groups
}

// IsRoot tells that becoming that user changes nothing for root.
func (u User) IsRoot() bool { return u.UID == 0 }

// String is the user's name, or "uid N" where there is none.
func (u User) String() string {
	if u.Name != "" {
		return u.Name
	}
	return fmt.Sprintf("uid %d", u.UID)
}

// step makes a Step of what an attempt gave.
func step(name string, err error, detail ...string) Step {
	if err != nil {
		return Step{name, Failed, err.Error()}
	}
	return Step{name, Done, strings.Join(detail, ", ")}
}
