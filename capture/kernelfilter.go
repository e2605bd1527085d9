package capture

import (
	"golang.org/x/net/bpf"

	"smtpscope/bpfexpr"
)

// kernel is what the kernel is asked to keep of what the rules want.
func (r Rules) kernel() bpfexpr.Wanted {
	return bpfexpr.Wanted{Ports: r.Ports, AnyPort: r.AnyPort, Causes: r.Beside, Expr: r.Expr}
}

// KernelFilter is the programme that keeps at least what the rules want, for
// the packet sockets of Linux. See [bpfexpr.Wanted] for what it keeps besides,
// and what it gives up.
func (r Rules) KernelFilter() []bpf.RawInstruction { return r.kernel().Linux() }

// linkFilter is the same for systems that hand packets over as the link type
// has them.
func (r Rules) linkFilter(link LinkType) ([]bpf.RawInstruction, error) {
	return r.kernel().BSD(bpfexpr.Link(link))
}
