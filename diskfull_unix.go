//go:build unix

package main

import "syscall"

// fullErrors are those of a disk that is full, and of one with room for others.
var fullErrors = []error{syscall.ENOSPC, syscall.EDQUOT}
