//go:build unix

package confine

import (
	"os/user"
	"strconv"
	"testing"
)

func TestInvoker(t *testing.T) {
	daemon, err := user.Lookup("daemon")
	if err != nil {
		t.Skip("there is no user daemon")
	}
	uid, _ := strconv.Atoi(daemon.Uid)
	nobody := lookupNobody().UID
	for _, test := range []struct {
		name string
		env  map[string]string
		want int
		gid  int // 0: not looked at
	}{
		{name: "nobody invoked", want: nobody},
		{name: "sudo", env: map[string]string{"SUDO_UID": daemon.Uid}, want: uid},
		{name: "sudo by root", env: map[string]string{"SUDO_UID": "0"}, want: nobody},
		{name: "sudo, not a number", env: map[string]string{"SUDO_UID": "x"}, want: nobody},
		{name: "sudo, unknown user", env: map[string]string{"SUDO_UID": "54321", "SUDO_GID": "54322"}, want: 54321, gid: 54322},
		{name: "sudo, unknown user of root's group", env: map[string]string{"SUDO_UID": "54321", "SUDO_GID": "0"}, want: 54321, gid: 65534},
		{name: "doas", env: map[string]string{"DOAS_USER": "daemon"}, want: uid},
		{name: "doas by root", env: map[string]string{"DOAS_USER": "root"}, want: nobody},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, name := range []string{"SUDO_UID", "SUDO_GID", "SUDO_USER", "DOAS_USER"} {
				t.Setenv(name, test.env[name])
			}
			got := Invoker()
			if got.UID != test.want || test.gid != 0 && got.GID != test.gid || len(got.Groups) == 0 && got.UID != nobody {
				t.Errorf("%+v, want uid %d, gid %d", got, test.want, test.gid)
			}
		})
	}
}

func TestLookup(t *testing.T) {
	for _, test := range []struct {
		name string
		want int
		ok   bool
	}{
		{"root", 0, true},
		{"0", 0, true},
		{"54321", 54321, true},
		{"-1", 0, false},
		{"no such user", 0, false},
	} {
		u, err := Lookup(test.name)
		if (err == nil) != test.ok || test.ok && u.UID != test.want {
			t.Errorf("Lookup(%q) = %+v, %v", test.name, u, err)
		}
	}
}
