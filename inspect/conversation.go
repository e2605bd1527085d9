package inspect

import (
	"slices"
	"time"

	"smtpscope/capture"
	"smtpscope/smtpparse"
	"smtpscope/tlsparse"
)

// probeLimit is how many bytes of a direction are looked at to find out
// whether it is SMTP. A greeting or a verb shows in far fewer.
const probeLimit = 512

// convState says what a conversation waits for.
type convState uint8

const (
	silent    convState = iota // the first byte
	probing                    // enough bytes to tell whether it is SMTP
	veiled                     // what is inside TLS, on a port that nobody named
	following                  // it is a session
	notSMTP                    // it is not our business
)

// A conversation is a connection on its way to becoming a session.
type conversation struct {
	state  convState
	shard  *shard
	parser *smtpparse.Parser
	tls    *tlsparse.Parser // nil while no TLS was seen
	conn   *capture.Conn
	// held are the first bytes of each direction while they are being judged.
	held     [2][]byte
	prologue prologue
	// kept is the parser's estimate when it was last asked; stinted tells that it
	// keeps facts only.
	kept    int
	stinted bool

	id         int64 // the session's, given by the collector
	announced  bool
	begunFrame int64 // the frame that made it a session
	endClock   int64 // running time of its end, Unix nanoseconds
	firstFrame int64

	// hoping is the place, from 1, among those whose TLS waits for a key; 0: it does not.
	hoping int
	// Its neighbours in a queue of the shard.
	newer, older *conversation
	queued       bool
}

// quietAfter is how long nobody says anything on a connection to a wanted port until
// it is a session all the same: a server that does not greet is what its clients
// suffer from. What is shorter is a port scan, or somebody who asks whether the
// port is open.
const quietAfter = 5 * time.Second

func (s *shard) newConversation(c *capture.Chunk) *conversation {
	return &conversation{shard: s, conn: c.Conn}
}

// follow begins the parsing.
func (v *conversation) follow() {
	v.state = following
	v.parser = v.shard.parser(v.conn.Handshake == capture.HandshakeUnseen)
}

func mark(c *capture.Chunk) smtpparse.Mark {
	return smtpparse.Mark{Time: time.Unix(0, c.Time).UTC(), Frame: c.Frame}
}

func direction(d capture.Dir) smtpparse.Dir {
	if d == capture.FromClient {
		return smtpparse.Client
	}
	return smtpparse.Server
}

// chunk takes the next bytes, gap or end of a direction.
func (v *conversation) chunk(c *capture.Chunk) {
	switch v.state {
	case following:
		v.feed(c)
	case silent:
		v.first(c)
	case probing:
		v.probe(c)
	case veiled:
		v.feed(c)
		v.lookInside()
	case notSMTP:
	}
}

func (v *conversation) feed(c *capture.Chunk) {
	v.shard.tunnel.conversation = v
	switch c.Kind {
	case capture.Data:
		v.parser.Feed(direction(c.Dir), mark(c), c.Data)
	case capture.Gap:
		v.parser.Gap(direction(c.Dir), mark(c), c.Missing)
	case capture.End:
		v.parser.End(direction(c.Dir), mark(c))
	}
	v.shard.tunnel.flush()
}

// wanted tells whether either end has a port that was named.
func (v *conversation) wanted() (client, server bool) {
	ports := v.shard.options.Rules.Ports
	return slices.Contains(ports, v.conn.Client.Port()), slices.Contains(ports, v.conn.Server.Port())
}

// mayKeepQuiet tells that it is worth telling if nobody says anything. What came before
// the capture is not known.
func (v *conversation) mayKeepQuiet() bool {
	client, server := v.wanted()
	return v.state == silent && v.conn.Handshake != capture.HandshakeUnseen && (client || server)
}

// keepsQuiet tells that nobody has said anything for long enough.
func (v *conversation) keepsQuiet(clock int64) bool {
	return clock-v.conn.Start >= int64(quietAfter) && v.mayKeepQuiet()
}

// first decides on a conversation by its first chunk: on a wanted port it is a
// session; on any other it has to show that it is one.
func (v *conversation) first(c *capture.Chunk) {
	if c.Kind == capture.End {
		if v.keepsQuiet(c.Clock) { // who has given up, and when, belongs to it
			v.follow()
			v.feed(c)
		}
		return
	}
	clientWanted, serverWanted := v.wanted()
	if !serverWanted && !clientWanted {
		v.state = probing
		v.probe(c)
		return
	}
	// Where the ports leave open which side serves, the bytes say it.
	if serverWanted == clientWanted && c.Kind == capture.Data {
		v.orient(c, smtpparse.LooksLike(c.Data))
	}
	v.follow()
	v.feed(c)
}

// orient turns a connection whose direction was guessed wrongly.
func (v *conversation) orient(c *capture.Chunk, g smtpparse.Guess) {
	if v.conn.Initiator == capture.InitiatorSeen {
		return
	}
	fromServer := c.Dir == capture.FromServer
	if g == smtpparse.GuessServer && !fromServer || g == smtpparse.GuessClient && fromServer {
		v.conn.Swap()
		c.Dir = c.Dir.Reverse()
		v.held[0], v.held[1] = v.held[1], v.held[0]
	}
}

// probe judges the bytes of a connection on an unlisted port.
func (v *conversation) probe(c *capture.Chunk) {
	if c.Kind != capture.Data {
		if c.Kind == capture.Gap {
			v.state = notSMTP
		}
		return
	}
	dir := c.Dir
	v.held[dir] = append(v.held[dir], c.Data...)
	if v.prologue.skip(dir, &v.held) == prologueMore {
		v.giveUpWhenLong()
		return
	}
	if len(v.held[dir]) == 0 {
		return
	}
	g := smtpparse.LooksLike(v.held[dir])
	switch {
	case g == smtpparse.GuessServer || g == smtpparse.GuessClient:
		v.orient(c, g)
		v.release(c)
	case g == smtpparse.GuessTLS && v.shard.mayOpenTLS():
		v.orient(c, smtpparse.GuessClient)
		v.release(c)
		v.state = veiled
	case g == smtpparse.GuessMore:
		v.giveUpWhenLong()
	case dir == capture.FromServer:
		v.state = notSMTP
	default:
		// Junk before the greeting does not stop a server from greeting.
		v.giveUpWhenLong()
	}
}

func (v *conversation) giveUpWhenLong() {
	if len(v.held[0]) > probeLimit || len(v.held[1]) > probeLimit {
		v.state = notSMTP
	}
}

// release feeds what was held back, the server's bytes first: whatever it said
// before this point came before the client's answer or greets it.
func (v *conversation) release(c *capture.Chunk) {
	v.follow()
	v.shard.tunnel.conversation = v
	for _, dir := range [...]capture.Dir{capture.FromServer, capture.FromClient} {
		if len(v.held[dir]) > 0 {
			v.parser.Feed(direction(dir), mark(c), v.held[dir])
		}
	}
	v.shard.tunnel.flush()
	v.held = [2][]byte{}
}

// end ends the session, fills in what only packets tell, and judges it. The
// record is the shard's.
func (v *conversation) end(c *capture.Chunk) {
	v.closeTLS(c)
	v.parser.Close(mark(c))
	s := v.parser.Session()
	describe(s, v.conn)
	v.describeTLS(s)
	s.Open, s.Close = false, c.Reason.String()
	v.endClock = c.Clock
	v.shard.judge(s, v.conn, c.Clock)
}

// soFar is end for a session that goes on. Its parser is not told of it: it has
// not come to an end of anything.
func (v *conversation) soFar() {
	s := v.parser.Session()
	describe(s, v.conn)
	v.describeTLS(s)
	s.Open, s.Close = true, ""
	// The other side may have had nothing to say yet.
	s.Quality.OneSided = false
	v.shard.judge(s, v.conn, v.shard.around.clock)
}

// detach drops all but what the order of sessions needs.
func (v *conversation) detach() { v.parser, v.tls, v.conn, v.shard = nil, nil, nil, nil }

// describe fills in the facts of the connection.
func describe(s *smtpparse.Session, conn *capture.Conn) {
	client, server := &conn.Count[capture.FromClient], &conn.Count[capture.FromServer]
	s.Start, s.End = time.Unix(0, conn.Start).UTC(), time.Unix(0, conn.End).UTC()
	s.Client = smtpparse.Endpoint{IP: conn.Client.Addr(), Port: conn.Client.Port()}
	s.Server = smtpparse.Endpoint{IP: conn.Server.Addr(), Port: conn.Server.Port()}
	s.CommunityID = communityID(conn.Client, conn.Server)
	s.Initiator = conn.Initiator.String()
	s.VLAN = conn.VLAN
	s.Packets = client.Packets + server.Packets
	s.Bytes = smtpparse.Octets{Client: client.Bytes, Server: server.Bytes}
	s.Quality = smtpparse.Quality{
		GapBytes:            client.GapBytes + server.GapBytes,
		Gaps:                client.Gaps + server.Gaps,
		Midstream:           conn.Handshake == capture.HandshakeUnseen,
		OneSided:            client.Packets == 0 || server.Packets == 0,
		TruncatedPackets:    client.Truncated + server.Truncated,
		ConflictingOverlaps: client.Conflicts + server.Conflicts,
		ConflictFrame:       firstOf(client.FirstConflict, server.FirstConflict),
		Retransmissions:     client.Retransmitted + server.Retransmitted,
		OutOfOrder:          client.OutOfOrder + server.OutOfOrder,
		Duplicates:          client.Duplicates + server.Duplicates,
	}
}

// firstOf returns the lower of two frame numbers, of which 0 is none.
func firstOf(a, b int64) int64 {
	if a == 0 || b == 0 {
		return a + b
	}
	return min(a, b)
}
