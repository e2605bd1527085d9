package authtoken

// How much an exchange begins with: enough for the short logins, since many
// exchanges are open at a time.
const (
	leastFields = 32
	leastTokens = 4
	leastNames  = 8
)

// How much an exchange keeps for the next one: enough for the longest honest logins.
const (
	mostFields = maxFields
	mostTokens = 32
	mostNames  = maxMechs
)

// A room is the memory of what an exchange hands out.
type room struct {
	fields slab[Field]
	tokens slab[Token]
	inner  slab[*Token]
	names  slab[string]

	spnego   *SPNEGO
	ntlm     *NTLM
	kerberos *ticketSummary
	layer    *SASLLayer
	sasl     *SASL
}

// A ticketSummary is a Kerberos with what its pointers point at.
type ticketSummary struct {
	Kerberos
	kvno      int
	errorName string
}

// reset makes the room free for another exchange.
func (r *room) reset() {
	r.fields.reset(mostFields)
	r.tokens.reset(mostTokens)
	r.inner.reset(mostTokens)
	r.names.reset(mostNames)
}

// list keeps names, an empty list of none.
func (r *room) list(names []string) []string {
	if len(names) == 0 {
		return []string{}
	}
	kept := r.names.take(len(names), leastNames)
	copy(kept, names)
	return kept
}

// again is a zero value in the place that kept remembers, which it makes if
// there is none.
func again[T any](kept **T) *T {
	if *kept == nil {
		*kept = new(T)
		return *kept
	}
	var zero T
	**kept = zero
	return *kept
}

func (x *Exchange) spnego() *SPNEGO {
	if x.SPNEGO == nil {
		x.SPNEGO = again(&x.room.spnego)
		x.SPNEGO.MechTypes = []string{}
	}
	return x.SPNEGO
}

func (x *Exchange) ntlm() *NTLM {
	if x.NTLM == nil {
		x.NTLM = again(&x.room.ntlm)
		x.NTLM.Flags = []string{}
	}
	return x.NTLM
}

func (x *Exchange) kerberos() *ticketSummary {
	if x.Kerberos == nil {
		x.Kerberos = &again(&x.room.kerberos).Kerberos
	}
	return x.room.kerberos
}

func (x *Exchange) layer() *SASLLayer {
	if x.Layer == nil {
		x.Layer = again(&x.room.layer)
		x.Layer.Offered = []string{}
	}
	return x.Layer
}

func (x *Exchange) sasl() *SASL {
	if x.SASL == nil {
		x.SASL = again(&x.room.sasl)
	}
	return x.SASL
}
