// Package tlskeys holds what opens recorded TLS connections: the secrets of NSS
// key logs (files, also while they grow, and Decryption Secrets Blocks of
// pcapng), found by the client's random, and RSA keys of servers.
//
// Keys are secrets: no error and no count in here holds any.
package tlskeys
