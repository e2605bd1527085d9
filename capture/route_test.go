package capture

import "net/netip"

// routeOf returns the route from one end to the other.
func routeOf(src, dst netip.AddrPort) (r route) {
	from, to := src.Addr().As16(), dst.Addr().As16()
	r.set(address6(from[:]), address6(to[:]), src.Port(), dst.Port())
	return r
}

func (r *route) src() netip.AddrPort { return r.key.end(r.from) }
func (r *route) dst() netip.AddrPort { return r.key.end(r.from.other()) }
