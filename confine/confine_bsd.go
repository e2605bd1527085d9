//go:build unix && !linux

package confine

import "syscall"

// mostGroups is how many supplementary groups a process can have: macOS's
// number (NGROUPS_MAX), the smallest of those systems.
const mostGroups = 16

// For root, these change the saved identities as well (setuid(2)).
func setGID(gid int) error { return syscall.Setgid(gid) }
func setUID(uid int) error { return syscall.Setuid(uid) }

// IsPrivileged tells that the process has rights to give up.
func IsPrivileged() bool { return syscall.Geteuid() == 0 }

// Apply gives up what the plan does not need, and tells step by step. The error
// is that root could not be given up.
func Apply(p Plan) ([]Step, error) {
	s, err := become(p.User)
	return []Step{s}, err
}

// Support tells what the system can do.
func Support() []Step { return []Step{{"user", Possible, ""}} }

// MayCreateIn tells that the process, as it is now, may make files in a folder.
// It does not look here.
func MayCreateIn(string) error { return nil }
