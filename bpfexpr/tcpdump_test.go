package bpfexpr

import (
	"bytes"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/bpf"
)

// tcpdump runs it on a capture. It is fed by standard input, since it gives up
// the right to open files of others.
func tcpdump(t *testing.T, input []byte, words ...string) ([]byte, error) {
	t.Helper()
	path, err := exec.LookPath("tcpdump")
	if err != nil {
		t.Skip("tcpdump is not installed")
	}
	cmd := exec.Command(path, append([]string{"-r", "-"}, words...)...)
	cmd.Stdin = bytes.NewReader(input)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("tcpdump: %w: %s", err, &complaint)
	}
	return out, err
}

// expressionsFor are the samples that a link type is held against tcpdump with:
// all where captures mostly come from, and every third of the rest.
func expressionsFor(l Link) []string {
	switch l {
	case 1:
		return slices.Concat(sampleExpressions, tagExpressions)
	case 113, 276, 101, 0:
		return sampleExpressions
	}
	var some []string
	for i := 0; i < len(sampleExpressions); i += 3 {
		some = append(some, sampleExpressions[i])
	}
	return some
}

func compile(t *testing.T, expression string, l Link) Program {
	t.Helper()
	e, err := Parse(expression)
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	program, err := e.Compile(l)
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return program
}

// chosen are the numbers of the frames that a tcpdump chooses.
func chosen(t *testing.T, file []byte, words ...string) []int {
	t.Helper()
	out, err := tcpdump(t, file, append([]string{"-w", "-"}, words...)...)
	if err != nil && !strings.Contains(err.Error(), "rejects all packets") {
		t.Error(err)
	}
	return numbersIn(out)
}

func TestTcpdumpChoosesTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("starts tcpdump for every expression")
	}
	for _, l := range links {
		t.Run(fmt.Sprintf("link %d", l), func(t *testing.T) {
			t.Parallel()
			frames := linkFrames(l)
			file := pcapOf(l, frames)
			for _, expression := range expressionsFor(l) {
				compare(t, expression, l, frames, file)
			}
		})
	}
}

// compare holds one expression against tcpdump. Of a packet that is cut, what
// is asked first decides; tcpdump asks in another order, or leaves questions
// out, when it has made its programme shorter, so either of its answers will do.
func compare(t *testing.T, expression string, l Link, frames [][]byte, file []byte) {
	t.Helper()
	program := compile(t, expression, l)
	var got []int
	for i, f := range frames {
		if program.Match(f) {
			got = append(got, i)
		}
	}
	want := chosen(t, file, expression)
	if slices.Equal(got, want) {
		return
	}
	asWritten := chosen(t, file, "-O", expression)
	for i, f := range frames {
		ours, theirs, plain := slices.Contains(got, i), slices.Contains(want, i), slices.Contains(asWritten, i)
		if ours != theirs && (ours != plain || i < whole(l)) {
			t.Errorf("%s: frame %d chosen %v, by tcpdump %v: % x", expression, i, ours, theirs, f)
			return
		}
	}
}

// theirs is the programme that tcpdump makes.
func theirs(t *testing.T, l Link, words ...string) ([]bpf.RawInstruction, error) {
	t.Helper()
	out, err := tcpdump(t, pcapOf(l, nil), append([]string{"-ddd"}, words...)...)
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	var program []bpf.RawInstruction
	for _, line := range lines[1:] {
		var i bpf.RawInstruction
		if _, err := fmt.Sscan(line, &i.Op, &i.Jt, &i.Jf, &i.K); err != nil {
			return nil, fmt.Errorf("%q: %w", line, err)
		}
		program = append(program, i)
	}
	return program, nil
}

// vm makes the machine of golang.org/x/net of a programme.
func vm(t *testing.T, program []bpf.RawInstruction) *bpf.VM {
	t.Helper()
	instructions, all := bpf.Disassemble(program)
	if !all {
		t.Fatalf("not understood: %v", program)
	}
	machine, err := bpf.NewVM(instructions)
	if err != nil {
		t.Fatal(err)
	}
	return machine
}

func matches(t *testing.T, machine *bpf.VM, packet []byte) bool {
	t.Helper()
	n, err := machine.Run(packet)
	if err != nil {
		t.Fatal(err)
	}
	return n > 0
}
