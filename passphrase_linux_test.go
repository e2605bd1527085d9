package main

import (
	"testing"

	"golang.org/x/sys/unix"
)

// A prompted writer tells whether the terminal showed what is typed when it was written to first.
type prompted struct {
	t     *testing.T
	fd    int
	began chan struct{} // closed then
	shown bool
}

func (p *prompted) Write(b []byte) (int, error) {
	select {
	case <-p.began:
	default:
		state, err := unix.IoctlGetTermios(p.fd, unix.TCGETS)
		if err != nil {
			p.t.Error(err)
		}
		p.shown = err == nil && state.Lflag&unix.ECHO != 0
		close(p.began)
	}
	return len(b), nil
}

// TestSecretIsHiddenFirst: nothing that is typed behind the prompt is shown, however
// quick somebody is, and the terminal is given back as it was.
func TestSecretIsHiddenFirst(t *testing.T) {
	master, slave := newTerminal(t)
	stderr := &prompted{t: t, fd: int(slave.Fd()), began: make(chan struct{})}
	go func() {
		<-stderr.began
		_, _ = master.WriteString("contoso\n")
	}()
	secret, err := readSecret(slave, "passphrase: ", stderr)
	if err != nil || string(secret) != "contoso" {
		t.Errorf("%q, %v", secret, err)
	}
	if stderr.shown {
		t.Error("what was typed could be seen")
	}
	if state, err := unix.IoctlGetTermios(int(slave.Fd()), unix.TCGETS); err != nil || state.Lflag&unix.ECHO == 0 {
		t.Errorf("the terminal does not show what is typed: %v", err)
	}
}
