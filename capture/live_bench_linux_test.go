package capture_test

import (
	"errors"
	"testing"
	"time"

	"github.com/gopacket/gopacket/afpacket"
	"golang.org/x/sys/unix"

	"smtpscope/capture"
	"smtpscope/testnet"
)

// ringful is how many packets wait in the kernel's buffer before a reader of the
// benchmarks begins. With more, single packets were dropped here before the buffer
// was full; why is not known.
const ringful = 30_000

// processorTime is what this process has used: a reader waits, too, until the kernel
// passes on its last block, and that costs nobody anything.
func processorTime(b *testing.B) time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkLive reads packets that are there: what a reader costs, by itself.
// The library's packets are valid until its next one is read; they are copied as
// they would have to be for other goroutines.
func BenchmarkLive(b *testing.B) {
	n := testnet.New(b)
	n.Veth("v0", "v1")
	send := n.Sender("v1")
	frame := ethernet(0x0800, segment4(1, -1, make([]byte, 200))...)
	rules := capture.Rules{Ports: []uint16{25}}
	report := func(b *testing.B, spent time.Duration, read int) {
		b.ReportMetric(float64(spent.Nanoseconds())/float64(read), "cpu-ns/packet")
		b.ReportAllocs()
	}
	b.Run("ring", func(b *testing.B) {
		read, spent := 0, time.Duration(0)
		for range b.N {
			b.StopTimer()
			var source capture.Source
			var err error
			n.Do(func() { source, err = capture.OpenLive([]string{"v0"}, capture.LiveOptions{Rules: rules}) })
			if err != nil {
				b.Fatal(err)
			}
			for range ringful {
				send.Send(frame)
			}
			before := processorTime(b)
			b.StartTimer()
			for got := 0; got < ringful; {
				batch, err := source.Next()
				if err != nil {
					b.Fatal(err)
				}
				came := len(batch.Packets)
				batch.Release()
				if came == 0 {
					break // the interface lost some
				}
				got += came
				read += came
			}
			b.StopTimer()
			spent += processorTime(b) - before
			source.Close()
			for {
				if _, err := source.Next(); err != nil {
					break
				}
			}
			b.StartTimer()
		}
		report(b, spent, read)
	})
	b.Run("afpacket", func(b *testing.B) {
		read, spent := 0, time.Duration(0)
		for range b.N {
			b.StopTimer()
			var socket *afpacket.TPacket
			var err error
			n.Do(func() {
				socket, err = afpacket.NewTPacket(afpacket.OptInterface("v0"), afpacket.TPacketVersion3,
					afpacket.OptBlockSize(1<<20), afpacket.OptNumBlocks(64), afpacket.OptFrameSize(2048), afpacket.OptPollTimeout(200*time.Millisecond))
			})
			if err != nil {
				b.Fatal(err)
			}
			for range ringful {
				send.Send(frame)
			}
			selector := capture.NewSelector(rules)
			kept := make([]byte, 0, 1<<20)
			before := processorTime(b)
			b.StartTimer()
			for got := 0; got < ringful; {
				data, info, err := socket.ZeroCopyReadPacketData()
				if errors.Is(err, afpacket.ErrTimeout) {
					break // the interface lost some
				}
				if err != nil {
					b.Fatal(err)
				}
				if len(kept)+len(data) > cap(kept) {
					kept = kept[:0]
				}
				kept = append(kept, data...)
				p := capture.Packet{Data: kept[len(kept)-len(data):], Time: info.Timestamp.UnixNano(), WireLen: uint32(info.Length), Link: capture.LinkEthernet}
				if selector.Select(&p) {
					got++
					read++
				}
			}
			b.StopTimer()
			spent += processorTime(b) - before
			socket.Close()
			b.StartTimer()
		}
		report(b, spent, read)
	})
}
