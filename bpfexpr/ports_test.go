package bpfexpr

import "testing"

func TestSize(t *testing.T) {
	t.Log(len(Wanted{Ports: []uint16{25, 587}}.Linux()), len(Wanted{Ports: []uint16{24, 25, 465, 587, 2525}, Causes: true}.Linux()), len(Wanted{AnyPort: true}.Linux()))
	var many []uint16
	for p := 1; p < 2000; p += 2 {
		many = append(many, uint16(p))
	}
	t.Log(len(Wanted{Ports: many}.Linux()))
}
