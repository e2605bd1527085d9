package tlskeys

// A Random is the random of a ClientHello: it says whose a secret is. (After a
// HelloRetryRequest the second ClientHello has the same.)
type Random = [32]byte

// A Label says what a line of a key log holds.
type Label uint8

// The labels (draft-ietf-tls-keylogfile; the first is the master secret of TLS
// 1.2 and before).
const (
	ClientRandom           Label = iota // CLIENT_RANDOM
	ClientEarlyTraffic                  // CLIENT_EARLY_TRAFFIC_SECRET
	ClientHandshakeTraffic              // CLIENT_HANDSHAKE_TRAFFIC_SECRET
	ServerHandshakeTraffic              // SERVER_HANDSHAKE_TRAFFIC_SECRET
	ClientTraffic                       // CLIENT_TRAFFIC_SECRET_N
	ServerTraffic                       // SERVER_TRAFFIC_SECRET_N
	EarlyExporter                       // EARLY_EXPORTER_SECRET (EARLY_EXPORTER_MASTER_SECRET)
	Exporter                            // EXPORTER_SECRET
	Premaster                           // PMS_CLIENT_RANDOM: the premaster secret by client random
)

// A Store holds secrets, in bounded memory. It is safe for use by many
// goroutines: those that look up, and one that refreshes.
type Store struct{}

// NewStore returns an empty Store.
func NewStore() *Store { return &Store{} }

// Add takes the text of a key log that is there as a whole: a Decryption
// Secrets Block of type TLS Key Log (0x544c534b).
func (s *Store) Add(text []byte) {}

// Follow reads a key log file and keeps it open, so that Refresh reads what is
// appended. If the error is fs.ErrNotExist, Refresh waits for the file to
// appear. What is no regular file (a pipe) is read to its end, once.
func (s *Store) Follow(path string) error { return nil }

// Refresh reads what was appended to the files since. Where a file was
// truncated or replaced by another, it is read from its beginning; secrets that
// are known stay. grew tells that secrets were added. It costs one stat per file
// when nothing happened.
func (s *Store) Refresh() (grew bool, err error) { return false, nil }

// Version grows whenever secrets are added: who waits for one need not look
// before it did.
func (s *Store) Version() uint64 { return 0 }

// Secrets returns the secrets of a client random with a label, n being the N of
// *_TRAFFIC_SECRET_N and else 0. There are more than one where lines contradict
// each other: each is to be tried. They are copies: the caller zeroes them.
func (s *Store) Secrets(random *Random, label Label, n int) [][]byte { return nil }

// Has tells that there is any secret of a client random.
func (s *Store) Has(random *Random) bool { return false }

// Premasters returns the premaster secrets of lines RSA <8 octets> <premaster>,
// found by the encrypted premaster secret of a ClientKeyExchange.
func (s *Store) Premasters(encrypted []byte) [][]byte { return nil }

// AppendLines appends all lines that belong to a client random, as they belong
// into a Decryption Secrets Block.
func (s *Store) AppendLines(dst []byte, random *Random) []byte { return dst }

// Counts say what a Store read.
type Counts struct {
	// Lines that held a secret, Repeated among them those known already.
	Lines, Repeated int
	// Damaged lines: not of the format. Ignored lines: labels that nobody needs.
	Damaged, Ignored int
	// Contradicting lines: another secret for the same label and random.
	Contradicting int
	// Sessions is how many client randoms are held, Evicted how many were
	// forgotten because there were too many.
	Sessions, Evicted int
}

// Counts returns the counts so far.
func (s *Store) Counts() Counts { return Counts{} }

// Close overwrites all secrets and closes the files.
func (s *Store) Close() {}
