package bpfexpr

// mayBe makes the nodes that go on to yes whenever a condition may turn out as
// told, asking of the kernel what a packet without a tag is. Behind a tag
// nothing is asked: that is left to who has the packet with its tag.
func (c *compiler) mayBe(what condition, told bool, yes, no *node) *node {
	switch what := what.(type) {
	case negation:
		return c.mayBe(what.of, !told, yes, no)
	case both:
		if told {
			return c.mayBe(what.first, told, c.mayBe(what.second, told, yes, no), no)
		}
		return c.mayBe(what.first, told, yes, c.mayBe(what.second, told, yes, no))
	case either:
		if told {
			return c.mayBe(what.first, told, yes, c.mayBe(what.second, told, yes, no))
		}
		return c.mayBe(what.first, told, c.mayBe(what.second, told, yes, no), no)
	case tag:
		if told {
			return no
		}
		return yes
	}
	switch {
	case tagsBefore(what) > 0:
		return yes
	case told:
		return what.compile(c, yes, no)
	}
	return what.compile(c, no, yes)
}

// tagsBefore is how many tags a test looks behind.
func tagsBefore(test condition) int {
	switch t := test.(type) {
	case linkProtocol:
		return t.tags
	case ipProtocol:
		return t.tags
	case hosts4:
		return t.tags
	case net6:
		return t.tags
	case ports:
		return t.tags
	}
	return 0
}

// inKernel goes on to yes if the expression may hold. A packet with a tag, be
// it beside the packet or in it, always goes on.
func (e *Expr) inKernel(g graph, yes, no *node) *node {
	c := compiler{graph: g, layout: inKernel}
	untagged := c.mayBe(e.root, true, yes, no)
	first := c.do(opLoadWord, adProtocol, c.among(taggedTypes, yes, untagged))
	return c.do(opLoadWord, adVLANTagPresent, c.ask(opEqual, 0, first, yes))
}
