// Smtpscope reads packets, follows the SMTP conversations in them, and says of
// each how the client really authenticated: Kerberos, NTLM, a password, nobody;
// and if it was not Kerberos, why not.
package main

import "os"

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
