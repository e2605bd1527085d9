package main

import (
	"os"
	"runtime"
	"runtime/pprof"
)

// profile starts the profiles asked for; the function returned writes them. Both files
// are opened now: the program gives up the right to open any.
func (c *config) profile() (stop func(), err error) {
	var cpu, alloc *os.File
	if c.profileCPU != "" {
		if cpu, err = os.Create(c.profileCPU); err != nil {
			return nil, err
		}
		if err := pprof.StartCPUProfile(cpu); err != nil {
			return nil, err
		}
	}
	if c.profileAlloc != "" {
		if alloc, err = os.Create(c.profileAlloc); err != nil {
			return nil, err
		}
	}
	return func() {
		if cpu != nil {
			pprof.StopCPUProfile()
			cpu.Close()
		}
		if alloc != nil {
			runtime.GC()
			_ = pprof.Lookup("allocs").WriteTo(alloc, 0)
			alloc.Close()
		}
	}, nil
}
