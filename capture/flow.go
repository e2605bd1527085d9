package capture

// flow is the assembler's own state of a connection.
type flow struct {
	ignored bool
}

func (f *flow) swap() {}
