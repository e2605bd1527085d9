package confine

import (
	"fmt"
	"os"
	"os/user"
	"strconv"
)

// nobody has no rights and owns nothing. The numbers are those of Linux, for
// systems whose list of users lacks the name.
var nobody = User{Name: "nobody", UID: 65534, GID: 65534}

// Invoker is the user who became root to start the process, by sudo (SUDO_UID,
// SUDO_GID) or doas (DOAS_USER); nobody, where that cannot be told or was root.
//
// The variables are believed: whoever can set them for a process of root is root.
func Invoker() User {
	if name := os.Getenv("DOAS_USER"); name != "" {
		if u, err := Lookup(name); err == nil && !u.IsRoot() {
			return u
		}
	}
	uid, err := strconv.Atoi(os.Getenv("SUDO_UID"))
	if err != nil || uid <= 0 {
		return lookupNobody()
	}
	if known, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		if u, err := userOf(known); err == nil {
			return u
		}
	}
	// A user of a directory that is not asked here has at least its group.
	u := User{Name: os.Getenv("SUDO_USER"), UID: uid, GID: nobody.GID}
	if gid, err := strconv.Atoi(os.Getenv("SUDO_GID")); err == nil && gid > 0 {
		u.GID = gid
	}
	u.Groups = []int{u.GID}
	return u
}

func lookupNobody() User {
	if u, err := Lookup("nobody"); err == nil && !u.IsRoot() {
		return u
	}
	return nobody
}

// Lookup finds a user by name or number. A number needs no entry in the list of
// users; its group is that of the same number then.
func Lookup(name string) (User, error) {
	if known, err := user.Lookup(name); err == nil {
		return userOf(known)
	}
	uid, err := strconv.Atoi(name)
	if err != nil || uid < 0 {
		return User{}, fmt.Errorf("unknown user %q", name)
	}
	if known, err := user.LookupId(name); err == nil {
		return userOf(known)
	}
	return User{UID: uid, GID: uid, Groups: []int{uid}}, nil
}

// userOf turns the library's user into ours. Where the groups cannot be had,
// there is the primary one.
func userOf(known *user.User) (User, error) {
	u := User{Name: known.Username}
	var err error
	if u.UID, err = strconv.Atoi(known.Uid); err != nil {
		return u, fmt.Errorf("user %s: %w", known.Username, err) // a SID, on Windows
	}
	if u.GID, err = strconv.Atoi(known.Gid); err != nil {
		return u, fmt.Errorf("user %s: %w", known.Username, err)
	}
	ids, _ := known.GroupIds()
	for _, id := range ids {
		if gid, err := strconv.Atoi(id); err == nil {
			u.Groups = append(u.Groups, gid)
		}
	}
	if len(u.Groups) == 0 {
		u.Groups = []int{u.GID}
	}
	return u, nil
}
