package main

// usage is what --help prints. A test holds it against the flags.
const usage = `Usage: smtpscope -r FILE [-r FILE …] [options]

Says of each SMTP session in a capture how the client really authenticated, with
the frames that prove it and, where it was not Kerberos, why not.

  smtpscope -r trace.pcap                     terminal UI, elsewhere a report
  smtpscope -r trace.pcap --format text       a report to read
  smtpscope -r trace.pcap --format json       one JSON object a line
  smtpscope -r trace.pcap --require kerberos  exit 1 if anybody got in otherwise
  tcpdump -w - port 587 | smtpscope -r -      while packets arrive

Input:
  -r FILE             read a capture: pcap or pcapng, also in gzip or zstd; - is
                      standard input; several are merged by time
  -c N                stop after N packets
  --ports LIST        the server ports (default 24,25,465,587,2525); auto finds
                      SMTP on any port by its bytes
  --keylog FILE       TLS keys (NSS key log); checked, not used yet
  --tls-key FILE      the server's RSA key (PEM); checked, not used yet
  --keytab FILE       the service's Kerberos keys (MIT keytab): open its tickets

Output:
  --format FORMAT     tui, text, json or markdown (default tui on a terminal,
                      else text); ? in the terminal UI shows its keys
  --filter EXPR       only the sessions that match: words, state:ntlm,
                      server:10.0.0.0/8, port:25, user:alice, tls:no, code:535,
                      size>1M, not, or, ( ); the README has all of it
  -w FILE             save the packets of the sessions shown as pcapng
  --require STATE[,…] exit 1 when a session got in otherwise, 3 when that cannot
                      be known; states: kerberos iakerb ntlm ntlm-in-gssapi
                      password challenge oauth certificate other anonymous
  --show-secrets      print passwords and tokens instead of <redacted>
  --no-progress       no progress line on a terminal
  --theme THEME       of the terminal UI: dark, light or auto (default auto: the
                      terminal is asked); NO_COLOR takes the colours away
  --ascii             no signs beyond ASCII but in what was said

Limits (what is dropped because of one is counted and said):
  --max-connections N     followed at once (32768)
  --max-half-open N       connections of which only the SYN was seen (524288)
  --max-buffer SIZE       octets held out of order, over all connections (256M)
  --max-conn-buffer SIZE  the same for one connection (8M)
  --max-segments N        segments held out of order for one connection (8192)
  --max-dialogue N        lines kept of one session (10000)
  --max-kept SIZE         octets kept of all open sessions (128M)
  --hold DURATION         how long a hole may stay open, in capture time (30s)
  --reorder DURATION      how late a packet may come that the other side has
                          acknowledged already (100ms)
  --idle DURATION         a connection silent for so long has ended (15m)

  --version           print the version
  --help              print this

Exit: 0 fine; 1 a requirement is breached; 2 usage, or input that cannot be
read; 3 a requirement cannot be judged (encrypted, incomplete, no session).
`
