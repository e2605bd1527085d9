// Package testnet makes networks for tests: namespaces of their own, with pairs
// of interfaces and sockets that put frames on them. Nothing of the machine's
// network is touched. It is there on Linux, for root; elsewhere tests are skipped.
package testnet
