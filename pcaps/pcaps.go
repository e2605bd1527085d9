// Package pcaps holds sample captures of real servers and clients, recorded by
// the scripts in lab, with what is expected of each. README.md lists them. It
// is imported by tests only.
package pcaps

import "embed"

// FS holds the captures NAME.pcap, NAME.pcapng and NAME.pcap.gz; beside each
// NAME.expect.json, what was configured and what the client saw, and
// NAME.golden.*, what the program prints; NAME.keys are the TLS secrets of a
// capture (NSS key log format), lab.keytab the service keys of all of them.
//
// The pattern takes every file of the folder, and not the scripts below it,
// because a pattern that matches nothing does not compile.
//
//go:embed *.*
var FS embed.FS
