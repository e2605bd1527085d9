// Package capture turns capture files, pipes and interfaces into the ordered
// bytes of each TCP connection.
//
// The way of a packet:
//
//	Source ──Batch──► Assembler ──Chunk──► Handler
//
// A [Source] reads records in large blocks and asks its [Selector] about each
// one: a packet that no rule wants costs a look at its headers and nothing
// else. What is wanted leaves in a [Batch] whose packets still point into the
// block that was read. An [Assembler] decodes them, puts each direction of a
// connection in stream order, and both directions in causal order, and hands
// the result to a [Handler] as [Chunk]s: bytes, gaps, openings and ends.
//
// Nothing here knows SMTP. Damage in the input is counted and gone past; the
// errors that leave this package are the operator's (a file that cannot be
// opened, a file that is no capture).
package capture
