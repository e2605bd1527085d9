// Smtpscope reads packets, follows the SMTP conversations in them, and says of
// each how the client really authenticated: Kerberos, NTLM, a password, nobody;
// and if it was not Kerberos, why not.
package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// collectAt is the growth of the heap, in percent, at which the garbage
// collector runs. Sessions leave it little to do, because their memory serves
// the next ones; less than the usual keeps an inspection within 64 MB, for a
// twentieth of the time.
const collectAt = 40

// memoryLimit is the size from which the collector runs more often instead: a
// hostile capture fills all the room that its limits leave.
const memoryLimit = 384 << 20

func main() {
	if !memoryIsSet() {
		debug.SetMemoryLimit(memoryLimit)
		afterCollection(func() { debug.SetGCPercent(collectAt) })
	}
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// memoryIsSet tells that the user has told the runtime what memory to use.
func memoryIsSet() bool { return os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" }

// afterCollection calls f when the garbage collector has run for the first time. That
// is at 4 MB with the runtime's own settings, which an idle run or a small capture
// does not need; the collector reads all global data, and those of libraries are 5 MB
// that nobody else ever touches.
func afterCollection(f func()) {
	runtime.AddCleanup(new([64]byte), func(struct{}) { f() }, struct{}{})
}
