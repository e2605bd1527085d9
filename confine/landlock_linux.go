package confine

import (
	"fmt"
	"strings"

	"github.com/landlock-lsm/go-landlock/landlock"
	llsyscall "github.com/landlock-lsm/go-landlock/landlock/syscall"
)

// What rules allow. Nothing may be executed, and folders are listed only where
// files are made.
const (
	mayRead   = landlock.AccessFSSet(llsyscall.AccessFSReadFile)
	mayWrite  = landlock.AccessFSSet(llsyscall.AccessFSWriteFile | llsyscall.AccessFSTruncate)
	mayCreate = mayWrite | landlock.AccessFSSet(llsyscall.AccessFSMakeReg|llsyscall.AccessFSRemoveFile|llsyscall.AccessFSReadDir)
	mayTalk   = mayRead | landlock.AccessFSSet(llsyscall.AccessFSWriteFile)
)

// restrictFiles leaves the files of the plan and no network. Sockets and files
// that are open stay so. An older kernel does the part that it knows.
func restrictFiles(p Plan) Step {
	support := landlockSupport()
	if support.Outcome != Possible {
		return support
	}
	rules := []landlock.Rule{
		landlock.PathAccess(mayRead, p.Read...).IgnoreIfMissing(),
		landlock.PathAccess(mayWrite, p.Write...).IgnoreIfMissing(),
		landlock.PathAccess(mayCreate, p.Create...).IgnoreIfMissing(),
	}
	if p.Terminal != "" {
		rules = append(rules, landlock.PathAccess(mayTalk, p.Terminal).WithIoctlDev().IgnoreIfMissing())
	}
	return step(support.Name, landlock.V10.BestEffort().Restrict(rules...), support.Detail)
}

// landlockSupport tells which of its parts the kernel has.
func landlockSupport() Step {
	const name = "landlock"
	version, err := llsyscall.LandlockGetABIVersion()
	if err != nil || version < 1 {
		return Step{name, Unsupported, "it needs Linux 5.13, and landlock in the kernel's list of security modules (lsm=)"}
	}
	parts := []string{"files"}
	for _, part := range []struct {
		from int
		name string
	}{{4, "TCP"}, {5, "devices"}, {6, "signals and abstract sockets"}, {9, "Unix sockets"}, {10, "UDP"}} {
		if version >= part.from {
			parts = append(parts, part.name)
		}
	}
	return Step{name, Possible, fmt.Sprintf("ABI %d: %s", version, strings.Join(parts, ", "))}
}
