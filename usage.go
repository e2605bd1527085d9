package main

// usage is what --help prints. A test holds it against the flags.
const usage = `Usage: smtpscope -r FILE [-r FILE …] [options] [capture filter]
       smtpscope -i INTERFACE [-i INTERFACE …] [options] [capture filter]

Says of each SMTP session in a capture how the client really authenticated, with
the frames that prove it and, where it was not Kerberos, why not.

  smtpscope -r trace.pcap                     terminal UI, elsewhere a report
  smtpscope -r trace.pcap --format text       a report to read
  smtpscope -r trace.pcap --format json       one JSON object a line
  smtpscope -r trace.pcap --require kerberos  exit 1 if anybody got in otherwise
  sudo smtpscope -i any                       live, on a mail server
  tcpdump -w - port 587 | smtpscope -r -      while packets arrive
  smtpscope decode TOKEN                      what is inside a pasted token
  smtpscope compare BEFORE AFTER              what changed between two captures

Input:
  -r FILE             read a capture: pcap or pcapng, also in gzip or zstd; - is
                      standard input; several are merged by time
  -i INTERFACE        listen on an interface; several, or any for all of them
  -D                  list the interfaces, and where SMTP is heard just now
  -p                  leave the interfaces as they are: not promiscuous
  -s N                keep N octets of each packet (default all)
  --buffer SIZE       what the kernel may hold before it drops packets (64M)
  -f EXPR             only packets that match, in tcpdump's language, such as
                      port 25 and not host 10.0.0.1; or as the last words, as
                      with tcpdump; the README says what is understood
  -c N                stop after N packets
  --duration DURATION stop after so long, such as 10m
  --ports LIST        the server ports (default 24,25,465,587,2525); auto finds
                      SMTP on any port by its bytes
  --keylog FILE       TLS keys (NSS key log), repeatable; else $SSLKEYLOGFILE
  --tls-key FILE      the server's RSA key (PEM), for key exchange by plain RSA;
                      repeatable
  --keytab FILE       the service's Kerberos keys (MIT keytab): open its tickets

Output:
  --format FORMAT     tui, text, json, jsonl, csv, markdown, html or zeek
                      (default tui on a terminal, else text); ? there shows keys
  --report REPORT     sessions, servers, clients, ntlm (who still uses it) or
                      findings (default sessions; html has all of them)
  --filter EXPR       only the sessions that match: words, state:ntlm,
                      server:10.0.0.0/8, port:25, user:alice, tls:no, code:535,
                      size>1M, not, or, ( ); the README has all of it
  -w FILE             save the packets of the sessions shown as pcapng; of -i or
                      a pipe as they come, beside the terminal UI, too; - is
                      standard output, and the report goes to --log only
  --rotate-size SIZE  then begin another file at that size: FILE-00001, …
  --rotate-files N    keep so many complete ones
  --log FILE          print to FILE instead, as JSON unless --format says
                      otherwise; SIGHUP opens it anew (logrotate)
  --metrics ADDRESS   serve numbers for Prometheus: 127.0.0.1:9587
  --metrics-public    at an address that others can reach, too
  --require STATE[,…] exit 1 when a session got in otherwise, 3 when that cannot
                      be known; states: kerberos iakerb ntlm ntlm-in-gssapi
                      password challenge oauth certificate other anonymous;
                      tls: and no login or mail without TLS
  --except EXPR       sessions that --require does not judge: as --filter
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
  --max-held SIZE         octets that -w holds back until it is known which
                          sessions are shown (--filter, --ports auto), or
                          which keys open them (64M)
  --max-kept SIZE         octets kept of all open sessions (128M)
  --hold DURATION         how long a hole may stay open, in capture time (30s)
  --reorder DURATION      how late a packet may come that the other side has
                          acknowledged already (100ms)
  --idle DURATION         a connection silent for so long has ended (15m)

Rights, when root or with capabilities (given up when all is open):
  --user USER         whom to become (default: who called sudo, else nobody);
                      root stays root, without its capabilities
  --unconfined        give up nothing

  --verbose, -v       say how rights are given up; with --version, which can be
  --version           print the version
  --help              print this

Exit: 0 fine; 1 a requirement is breached; 2 usage, or input that cannot be
read; 3 a requirement cannot be judged (encrypted, incomplete, no session).
`
