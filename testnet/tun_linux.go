package testnet

import "golang.org/x/sys/unix"

// Tun makes an interface whose packets have no link header, and that is up.
// What is written to the descriptor is received on it, one packet a write.
func (n *Namespace) Tun(name string) (fd int) {
	n.t.Helper()
	var err error
	n.Do(func() {
		if fd, err = unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC, 0); err != nil {
			return
		}
		var request *unix.Ifreq
		if request, err = unix.NewIfreq(name); err == nil {
			request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
			err = unix.IoctlIfreq(fd, unix.TUNSETIFF, request)
		}
	})
	if err != nil {
		n.t.Skipf("no tun interface here: %v", err)
	}
	n.t.Cleanup(func() { unix.Close(fd) })
	n.IP("link", "set", name, "up")
	return fd
}
