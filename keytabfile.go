package main

import (
	"fmt"
	"os"

	"smtpscope/keytab"
)

// openKeytab reads the file of --keytab.
func (c *config) openKeytab() error {
	if c.keytab == "" {
		return nil
	}
	b, err := os.ReadFile(c.keytab)
	if err != nil {
		return err
	}
	keys, err := keytab.Parse(b)
	clear(b)
	if err != nil {
		return &hintError{fmt.Errorf("--keytab %s: %w", c.keytab, err), "klist -k FILE (MIT Kerberos) shows what a keytab holds; ktpass (Windows) and ktutil make one"}
	}
	c.tickets = keys
	return nil
}
