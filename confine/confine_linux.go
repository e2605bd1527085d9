package confine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// IsPrivileged tells that the process has rights to give up: it is root, or has
// capabilities (of its file, or of the service manager).
func IsPrivileged() bool {
	return os.Geteuid() == 0 || !capabilities().none()
}

// Apply gives up what the plan does not need, and tells step by step. The error
// is that root, or a capability, could not be given up: nothing should be read then.
//
// Files must be open before: those of the plan are opened again as the new user,
// whose rights decide then. What was not loaded before (users, time zones) cannot be.
func Apply(p Plan) ([]Step, error) {
	var steps []Step
	// The bounding set needs a capability itself, the rules of files the right
	// to look at them: both come while root is still there.
	bound, boundErr := dropBoundingSet()
	steps = append(steps, noNewPrivileges(), restrictFiles(p))
	s, err := become(p.User)
	steps = append(steps, s)
	if err != nil {
		return steps, err
	}
	s, err = dropCapabilities(bound, boundErr)
	steps = append(steps, s)
	if err != nil {
		return steps, err
	}
	return append(steps, filterSyscalls()), nil
}

// Support tells what the kernel can do. It changes nothing.
func Support() []Step {
	return []Step{
		{"no_new_privs", Possible, ""},
		landlockSupport(),
		{"user", Possible, ""},
		{"capabilities", Possible, ""},
		seccompSupport(),
	}
}

// MayCreateIn tells that the process, as it is now, may make files in a folder.
func MayCreateIn(folder string) error {
	if err := unix.Access(folder, unix.W_OK|unix.X_OK); err != nil {
		return &fs.PathError{Op: "create files in", Path: folder, Err: err}
	}
	return nil
}

// noNewPrivileges makes that no program gives the process more than it has.
func noNewPrivileges() Step {
	return step("no_new_privs", allThreads(unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0))
}

// describeBound says what became of the bounding set.
func describeBound(dropped int, err error) string {
	switch {
	case errors.Is(err, unix.EPERM):
		return "the bounding set stays, which no_new_privs makes harmless"
	case err != nil:
		return fmt.Sprintf("the bounding set stays: %v", err)
	}
	return fmt.Sprintf("%d of the bounding set too", dropped)
}
