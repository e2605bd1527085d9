package confine

import "syscall"

// mostGroups is how many supplementary groups a process can have (setgroups(2)).
const mostGroups = 65536

// The saved identities change as well: there is no way back.
func setGID(gid int) error { return syscall.Setresgid(gid, gid, gid) }
func setUID(uid int) error { return syscall.Setresuid(uid, uid, uid) }
