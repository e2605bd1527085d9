package inspect

import (
	"fmt"
	"runtime/debug"
)

// An InternalError is a panic of our own that was caught: the fault is in
// smtpscope. What the other connections brought to light is still handed out,
// and whoever has the terminal in its hands can give it back.
type InternalError struct {
	// Value is what the panic said.
	Value any
	// Stack is where it was, for a report of the fault.
	Stack []byte
}

func (e *InternalError) Error() string { return fmt.Sprintf("internal error: %v", e.Value) }

// caught makes an error of what recover returned; nil of nil.
func caught(panicked any) error {
	if panicked == nil {
		return nil
	}
	return &InternalError{Value: panicked, Stack: debug.Stack()}
}
