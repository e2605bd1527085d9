package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"smtpscope/confine"
	"smtpscope/report"
)

// rights say what the process gives up when all is open.
type rights struct {
	userName   string // --user
	user       confine.User
	unconfined bool
	// inputs are those that will be read again, open: the user that the process
	// becomes may not be allowed to open them.
	inputs map[string]*os.File
	// given tells that rights were given up.
	given bool
}

func (r *rights) define(fs *flag.FlagSet) {
	fs.StringVar(&r.userName, "user", "", "")
	fs.BoolVar(&r.unconfined, "unconfined", false, "")
}

// validate finds the user, while the list of users can be read.
func (r *rights) validate() (err error) {
	if r.userName == "" {
		r.user = confine.Invoker()
		return nil
	}
	if r.user, err = confine.Lookup(r.userName); err != nil {
		return fmt.Errorf("--user: %w", err)
	}
	return nil
}

// owns tells that files made now will belong to the user that the process
// becomes. Nobody owns nothing.
func (r *rights) owns() bool {
	return !r.unconfined && os.Geteuid() == 0 && !r.user.IsRoot() && r.user.Name != "nobody"
}

// hand gives a file that was made to the user that the process becomes.
func (r *rights) hand(f *os.File) error {
	if !r.owns() {
		return nil
	}
	return f.Chown(r.user.UID, r.user.GID)
}

// terminalTypes are where descriptions of terminals are kept.
var terminalTypes = []string{"/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo", "/usr/lib/terminfo"}

// applyPlan is replaced by tests that run the program within themselves: there is
// no way back from it.
var applyPlan = confine.Apply

// giveUp gives up the rights that are needed no more: inputs and outputs are
// open. A process that has none stays as it is, and may save where its user may.
func (c *config) giveUp(screens bool, stderr io.Writer) error {
	r := &c.rights
	if r.unconfined || !confine.IsPrivileged() {
		return nil
	}
	if err := c.holdInputs(); err != nil {
		return err
	}
	plan := confine.Plan{User: r.user, Read: c.keyFiles(), Create: c.outputFolders()}
	if screens {
		here, err := os.Getwd()
		if err != nil {
			return err
		}
		plan.Create = append(plan.Create, here) // for the keys w and e
		plan.Read = append(plan.Read, terminalTypes...)
		plan.Terminal = controllingTerminal
	}
	_, _ = time.Now().Zone() // reads the time zone's file once
	steps, err := applyPlan(plan)
	for _, s := range steps {
		if c.verbose || s.Outcome == confine.Failed {
			fmt.Fprintf(stderr, "smtpscope: rights: %s\n", report.Printable(s.String()))
		}
	}
	if err != nil {
		return &hintError{err, "--user root stays root, without its capabilities; --unconfined gives up nothing"}
	}
	r.given = true
	for _, folder := range c.recordFolder() {
		if err := confine.MayCreateIn(folder); err != nil {
			return &hintError{fmt.Errorf("--rotate-size: %w, as %s", err, r.user), "give that user a folder for the files, or see --user"}
		}
	}
	return nil
}

// holdInputs opens those inputs that will be read a second time.
func (c *config) holdInputs() error {
	if !c.repeatable() {
		return nil
	}
	c.rights.inputs = make(map[string]*os.File, len(c.inputs))
	for _, name := range c.inputs {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		c.rights.inputs[name] = f
	}
	return nil
}

// openInput opens an input that is read again.
func (c *config) openInput(name string) (fs.File, error) {
	f, held := c.rights.inputs[name]
	if !held {
		return os.Open(name)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return &heldFile{io.NewSectionReader(f, 0, info.Size()), info}, nil
}

// A heldFile is a reading of a file that stays open.
type heldFile struct {
	*io.SectionReader
	info fs.FileInfo
}

// Stat implements fs.File.
func (f *heldFile) Stat() (fs.FileInfo, error) { return f.info, nil }

// Close implements fs.File.
func (f *heldFile) Close() error { return nil }

// keyFiles are the files of keys that are read again as they grow.
func (c *config) keyFiles() []string {
	if len(c.keylogs) > 0 {
		return c.keylogs
	}
	if name := os.Getenv(keylogVariable); name != "" {
		return []string{name}
	}
	return nil
}

// outputFolders are where files are made while packets are read.
func (c *config) outputFolders() []string {
	var folders []string
	if c.log != "" {
		folders = append(folders, filepath.Dir(c.log))
	}
	return append(folders, c.recordFolder()...)
}

// denied says of an error that it comes of rights given up.
func (c *config) denied(err error) error {
	if c.rights.given && errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w (root was given up: this is done as %s, below the current folder; see --user)", err, c.rights.user)
	}
	return err
}

// versionText is what --version prints: with -v, also what can be given up here,
// and who the process would become.
func (c *config) versionText() string {
	text := "smtpscope " + version() + "\n"
	if !c.verbose {
		return text
	}
	var b strings.Builder
	b.WriteString(text)
	for _, s := range confine.Support() {
		if s.Name == "user" && s.Outcome == confine.Possible {
			s.Detail = "root becomes " + c.rights.user.String()
		}
		fmt.Fprintf(&b, "rights: %s\n", s)
	}
	return b.String()
}
