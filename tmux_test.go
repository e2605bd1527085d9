package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A pane is a terminal that the program runs in, kept by a tmux server of its own.
type pane struct {
	t      *testing.T
	folder string // of its own; FOLDER in the command
	socket string
}

// newPane runs a shell command in a terminal of a size. The command finds the
// program as "smtpscope". When it has ended, the terminal says how, and in what
// state it is.
func newPane(t *testing.T, width, height int, command string) *pane {
	t.Helper()
	if testing.Short() {
		t.Skip("builds the program and waits for a terminal")
	}
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("tmux is missing")
	}
	folder := t.TempDir()
	build := exec.Command("go", "build", "-o", filepath.Join(folder, "smtpscope"), ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	p := &pane{t: t, folder: folder, socket: filepath.Join(folder, "tmux")}
	pcaps, err := filepath.Abs("pcaps")
	if err != nil {
		t.Fatal(err)
	}
	script := fmt.Sprintf("cd %q; FOLDER=%q; PATH=$FOLDER:$PATH; export FOLDER PATH; %s; echo \"left with $?\"; stty -a | grep -ow -e '-*icanon'; exec cat", pcaps, folder, command)
	p.tmux("-f", "/dev/null", "new-session", "-d", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height), "sh", "-c", script)
	t.Cleanup(func() { _ = exec.Command("tmux", "-S", p.socket, "kill-server").Run() })
	return p
}

func (p *pane) tmux(args ...string) string {
	p.t.Helper()
	out, err := exec.Command("tmux", append([]string{"-S", p.socket}, args...)...).CombinedOutput()
	if err != nil {
		p.t.Fatalf("tmux %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// openPipe waits for a named pipe in the folder of the pane, and opens it for writing.
func (p *pane) openPipe(name string) *os.File {
	p.t.Helper()
	fifo := filepath.Join(p.folder, name)
	for deadline := time.Now().Add(patience); ; <-time.After(5 * time.Millisecond) {
		if _, err := os.Stat(fifo); err == nil {
			break
		}
		if time.Now().After(deadline) {
			p.t.Fatal("there is no pipe")
		}
	}
	pipe, err := os.OpenFile(fifo, os.O_WRONLY, 0)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { pipe.Close() })
	return pipe
}

// once tries what can be slower than it has to be because the machine is busy, until it
// is quick once.
func once(t *testing.T, quick func() bool) {
	t.Helper()
	const tries = 5
	for range tries {
		if quick() {
			return
		}
	}
	t.Errorf("it was too slow %d times", tries)
}

// press presses keys by tmux's names for them.
func (p *pane) press(keys ...string) {
	p.t.Helper()
	p.tmux(append([]string{"send-keys"}, keys...)...)
}

// wants waits until the screen matches, and returns it.
func (p *pane) wants(pattern string) string {
	p.t.Helper()
	wanted := regexp.MustCompile(pattern)
	screen := ""
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		screen = p.tmux("capture-pane", "-p")
		if wanted.MatchString(screen) {
			return screen
		}
		<-time.After(20 * time.Millisecond)
	}
	p.t.Fatalf("the screen never had %q:\n%s", pattern, screen)
	return ""
}

// isRestored checks that the terminal is as it was: its own screen, a cursor, no
// mouse, and lines that the terminal edits.
func (p *pane) isRestored(left string) {
	p.t.Helper()
	screen := p.wants("left with " + left)
	p.wants(`(?m)^icanon$`)
	if strings.Contains(screen, "[1 Sessions]") {
		p.t.Errorf("the screen was not given back:\n%s", screen)
	}
	if state := strings.TrimSpace(p.tmux("display-message", "-p", "#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{bracket_paste_flag}")); !strings.HasPrefix(state, "0 1 0") {
		p.t.Errorf("alternate screen, cursor and mouse are %s", state)
	}
}

func TestTerminalFile(t *testing.T) {
	p := newPane(t, 80, 24, "smtpscope -r ntlm-on-25-kerberos-on-587-same-server.pcapng -r gssapi-ntlm-in-spnego.pcap")
	p.wants(`\[1 Sessions\].*\n.*3 sessions · nothing lost`)
	p.wants(`why  The server offers no Kerberos here`)
	p.press("2")
	p.wants(`Let clients that log in use port 587, or turn GSSAPI on for port 25 too`)
	p.press("1", "/")
	p.press("-l", "--", "state:ntlm-in")
	p.wants(`\^+ no such state`)
	p.press("-l", "--", "-gssapi")
	p.wants(`1 of 3`)
	p.press("Enter", "Enter")
	p.wants(`\{spnego.NegTokenInit > ntlm.Negotiate\}`)
	p.press("2", "Down", "Down", "Down", "Down", "Down", "Down", "Down")
	p.wants(`0000  60 `)
	p.tmux("resize-window", "-x", "59", "-y", "14")
	p.wants(`needs 60 columns and 15 rows`)
	p.tmux("resize-window", "-x", "120", "-y", "40")
	p.wants(`\[2 Auth \(1\)\]`)
	p.press("Escape")
	p.wants(`filter state:ntlm-in-gssapi  1 of 3`)
	p.press("q")
	p.isRestored("0")
}

func TestTerminalPipe(t *testing.T) {
	// The pipe stays open: keys come from the terminal while packets come from it.
	p := newPane(t, 160, 48, `mkfifo "$FOLDER/pipe"; (cat kerberos-raw-on-587.pcap; sleep 60) >"$FOLDER/pipe" & smtpscope -r - --theme light <"$FOLDER/pipe"`)
	p.wants(`smtpscope standard input.*\n.*reading .*1 session`)
	p.press("f", "?")
	p.wants(`follow what comes`)
	p.press("Escape")
	p.wants(`\[1 Sessions\]`)
	p.press("Enter", "2")
	p.wants(`\[2 Auth`)
	p.press("Down", "Down", "Down", "Down", "Down", "Down")
	p.wants(`0000  60 `) // what was kept
	p.press("C-c")
	p.isRestored("0")
}

// TestTerminalKilled: a signal gives the terminal back, too.
func TestTerminalKilled(t *testing.T) {
	for _, signal := range []string{"TERM", "HUP", "INT"} {
		t.Run(signal, func(t *testing.T) {
			// The program takes the place of a shell that first says its number.
			p := newPane(t, 80, 24, `sh -c 'echo $$ >"$FOLDER/pid"; exec smtpscope -r kerberos-raw-on-587.pcap'`)
			p.wants(`\[1 Sessions\].*\n.*1 session `)
			pid, err := os.ReadFile(filepath.Join(p.folder, "pid"))
			if err != nil {
				t.Fatal(err)
			}
			if out, err := exec.Command("kill", "-"+signal, strings.TrimSpace(string(pid))).CombinedOutput(); err != nil {
				t.Fatalf("kill: %v\n%s", err, out)
			}
			p.isRestored("0")
		})
	}
}
