//go:build unix

package confine

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// become gives up root for good: groups first, because that needs root. The
// syscall package does it for all threads.
func become(u User) (Step, error) {
	const name = "user"
	switch {
	case os.Geteuid() != 0:
		return Step{name, Unneeded, fmt.Sprintf("uid %d is not root", os.Geteuid())}, nil
	case u.IsRoot():
		return Step{name, Unneeded, "root was asked for"}, nil
	}
	groups := u.Groups
	if len(groups) > mostGroups {
		groups = groups[:mostGroups]
	}
	if err := syscall.Setgroups(groups); err != nil {
		return step(name, err), fmt.Errorf("become %s: set groups: %w", u, err)
	}
	if err := setGID(u.GID); err != nil {
		return step(name, err), fmt.Errorf("become %s: set group: %w", u, err)
	}
	if err := setUID(u.UID); err != nil {
		return step(name, err), fmt.Errorf("become %s: set user: %w", u, err)
	}
	if syscall.Setuid(0) == nil || os.Getuid() != u.UID || os.Geteuid() != u.UID {
		err := errors.New("root came back")
		return step(name, err), fmt.Errorf("become %s: %w", u, err)
	}
	return step(name, nil, fmt.Sprintf("%s (uid %d, gid %d, groups %s)", u, u.UID, u.GID, strings.Trim(fmt.Sprint(groups), "[]"))), nil
}
