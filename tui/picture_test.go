package tui

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// pictures are those of the README: real views, made anew by
//
//	go test ./tui -run Pictures -update
var pictures = []struct {
	name, theme string
	keys        []string
}{
	{"sessions", "dark", []string{"down", "down", "down", "down"}},
	{"auth", "dark", []string{"/", "state:ntlm-in-gssapi", "enter", "enter", "2", "/", "MsvAvTargetName", "enter"}},
	{"dialogue", "light", []string{"/", "state:ntlm-in-gssapi", "enter", "enter", "/", "NegTokenInit", "enter"}},
	{"servers", "light", []string{"2", "down"}},
	{"live", "dark", []string{"end"}},
}

func TestPictures(t *testing.T) {
	m := newTester(t, 120, 34)
	live := newListening(t, 120, 34)
	for _, p := range pictures {
		t.Run(p.name, func(t *testing.T) {
			m := m
			if p.name == "live" {
				m = live
			}
			m = m.again(t, 120, 34, func(o *Options) { o.Theme = p.theme })
			m.press(p.keys...)
			m.app.notice = span{}
			got := drawing(m.screen(), 120, 34, p.theme == "dark")
			file := filepath.Join("..", "docs", "tui-"+p.name+".svg")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if string(want) != got {
				t.Errorf("%s is not what the screen is now: go test ./tui -run Pictures -update", file)
			}
		})
	}
}

// The size of a cell, and of the frame around all of them.
const (
	cellWidth, cellHeight = 8, 18
	frame                 = 14
)

// drawing is a view as SVG.
func drawing(content string, width, height int, dark bool) string {
	paper, ink := "#ffffff", "#1f2430"
	if dark {
		paper, ink = "#171b26", "#d5dae6"
	}
	var b strings.Builder
	w, h := width*cellWidth+2*frame, height*cellHeight+2*frame
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13">`+"\n", w, h)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" rx="8" fill="%s" stroke="#8884"/>`+"\n", w, h, paper)
	for y, row := range strings.Split(content, "\n") {
		drawRow(&b, row, y, paper, ink)
	}
	return b.String() + "</svg>\n"
}

// A drawnStyle is what SGR sequences have set.
type drawnStyle struct {
	fore, back                 string
	bold, underlined, reversed bool
}

func drawRow(b *strings.Builder, row string, y int, paper, ink string) {
	var style drawnStyle
	x := 0
	for row != "" {
		if rest, found := strings.CutPrefix(row, "\x1b["); found {
			codes, after, _ := strings.Cut(rest, "m")
			style.set(strings.Split(codes, ";"))
			row = after
			continue
		}
		text, _, _ := strings.Cut(row, "\x1b")
		row = row[len(text):]
		draw(b, text, x, y, style, paper, ink)
		x += columns(text)
	}
}

func draw(b *strings.Builder, text string, x, y int, s drawnStyle, paper, ink string) {
	fore, back := s.fore, s.back
	if fore == "" {
		fore = ink
	}
	if s.reversed {
		if back == "" {
			back = paper
		}
		fore, back = back, fore
	}
	n := columns(text)
	left, top := frame+x*cellWidth, frame+y*cellHeight
	if back != "" {
		fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`+"\n", left, top, n*cellWidth, cellHeight, back)
	}
	// Viewers do not agree on blanks at the ends: the text goes without them.
	bare := strings.TrimLeft(text, " ")
	left += (len(text) - len(bare)) * cellWidth
	if bare = strings.TrimRight(bare, " "); bare == "" {
		return
	}
	attributes := ""
	if s.bold {
		attributes += ` font-weight="bold"`
	}
	if s.underlined {
		attributes += ` text-decoration="underline"`
	}
	fmt.Fprintf(b, `<text x="%d" y="%d" textLength="%d" lengthAdjust="spacingAndGlyphs" fill="%s"%s xml:space="preserve">%s</text>`+"\n",
		left, top+13, columns(bare)*cellWidth, fore, attributes, html.EscapeString(bare))
}

// set takes the codes of one sequence.
func (s *drawnStyle) set(codes []string) {
	for i := 0; i < len(codes); i++ {
		switch codes[i] {
		case "", "0":
			*s = drawnStyle{}
		case "1":
			s.bold = true
		case "4":
			s.underlined = true
		case "7":
			s.reversed = true
		case "38", "48":
			if i+4 < len(codes) && codes[i+1] == "2" {
				colour := "#"
				for _, part := range codes[i+2 : i+5] {
					n, _ := strconv.Atoi(part)
					colour += fmt.Sprintf("%02x", n)
				}
				if codes[i] == "38" {
					s.fore = colour
				} else {
					s.back = colour
				}
				i += 4
			}
		}
	}
}
