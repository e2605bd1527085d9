package bpfexpr

// An Expr is an expression, understood.
type Expr struct{}

func (e *Expr) inKernel(g graph, yes, no *node) *node { return yes }
