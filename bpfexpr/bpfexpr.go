// Package bpfexpr makes programmes for the classic BPF machine: those by which
// the kernel keeps only the packets that are wanted.
package bpfexpr
