// Package reuse helps to make one session in the memory of the one before: what
// every session needs anew is taken from the last, and texts that every session
// says are made once.
//
// It does no I/O, and nothing that is printed depends on it. Memory is bounded by
// what its makers ask for.
package reuse

// Emptied is a slice without elements that is not nil, because readers of a record
// iterate over its lists: that of the last session, if there was one.
func Emptied[T any](last []T) []T {
	if last == nil {
		return []T{}
	}
	return last[:0]
}
