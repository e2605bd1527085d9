package main

import "syscall"

// fullErrors are those of a disk that is full, and of one with room for others
// (ERROR_DISK_FULL, ERROR_DISK_QUOTA_EXCEEDED).
var fullErrors = []error{syscall.Errno(112), syscall.Errno(1295)}
