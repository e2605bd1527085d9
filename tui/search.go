package tui

import "strings"

// search looks for text in all items that are seen, and goes to the next one
// that has it.
func (p *pane) search(text string) {
	p.find, p.hits = text, p.lookFor(text)
	if text == "" {
		return
	}
	for _, i := range p.hits {
		if i >= p.at {
			p.to(i)
			return
		}
	}
	p.next(1)
}

// lookFor gives the items that have a text.
func (p *pane) lookFor(text string) (hits []int) {
	if text == "" {
		return nil
	}
	for i, at := range p.items {
		it := &p.all[at]
		if strings.Contains(strings.ToLower(show(it.name+"\n"+it.plain())), strings.ToLower(text)) {
			hits = append(hits, i)
		}
	}
	return hits
}

func (p *pane) matches() []int { return p.hits }

// next goes to the next match, or the one before.
func (p *pane) next(step int) {
	if len(p.hits) == 0 {
		return
	}
	best := p.hits[0]
	if step < 0 {
		best = p.hits[len(p.hits)-1]
	}
	for k := range p.hits {
		if step < 0 {
			k = len(p.hits) - 1 - k
		}
		if i := p.hits[k]; (i-p.at)*step > 0 {
			best = i
			break
		}
	}
	p.to(best)
}

// highlight paints what a search found.
func highlight(row []span, find string) []span {
	if find == "" {
		return row
	}
	find = strings.ToLower(find)
	var out []span
	for _, s := range row {
		lowered := strings.ToLower(s.text)
		if len(lowered) != len(s.text) { // places would not be the same
			out = append(out, s)
			continue
		}
		for at := strings.Index(lowered, find); at >= 0; at = strings.Index(lowered, find) {
			out = append(out, span{s.paint, s.text[:at]}, span{found, s.text[at : at+len(find)]})
			s.text, lowered = s.text[at+len(find):], lowered[at+len(find):]
		}
		out = append(out, s)
	}
	return out
}
