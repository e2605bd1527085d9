#!/usr/bin/python3
"""A thin SMTP server that speaks Exchange's EHLO and runs Negotiate behind AUTH GSSAPI, with real GSS-API tokens.

Tokens go to MIT krb5 and gss-ntlmssp whatever their framing: SPNEGO, raw Kerberos, bare NTLMSSP.
Environment: KRB5_KTNAME, NTLM_USER_FILE, NETBIOS_COMPUTER_NAME, NETBIOS_DOMAIN_NAME, SMTPSCOPE_LAB (keys of TLS).
"""
import argparse
import base64
import datetime
import email.utils
import os
import socket
import ssl
import struct
import threading

import gssapi
import gssapi.raw

KRB5 = "1.2.840.113554.1.2.2"
SPNEGO = "1.3.6.1.5.5.2"
NTLM = "1.3.6.1.4.1.311.2.2.10"
SPNEGO_DER = bytes.fromhex("06062b0601050502")
HOST = "EXCH01.contoso.test"


def oids(*dotted):
    return [gssapi.OID.from_int_seq(x) for x in dotted]


def parse_options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("listen", metavar="ADDRESS:PORT")
    p.add_argument("--auth", default="GSSAPI NTLM", help="mechanisms of AUTH in EHLO")
    p.add_argument("--x-exps", default="GSSAPI NTLM", help="mechanisms of X-EXPS in EHLO")
    p.add_argument("--layers", type=int, default=0, help="bit mask of the RFC 4752 offer; 0 skips that step as Exchange does")
    p.add_argument("--negotiate", default="krb5,ntlm", help="mechanisms allowed inside SPNEGO")
    p.add_argument("--error-token", action="store_true", help="send the error token of GSS-API in a 334 before the refusal")
    p.add_argument("--refusal", default="535 5.7.3 Authentication unsuccessful")
    p.add_argument("--starttls", action="store_true", help="offer STARTTLS, and obey what came in one flight with it")
    return p.parse_args()


class Cancelled(Exception):
    """The client sent * in place of a response (RFC 4954 section 4)."""


class Session:
    def __init__(self, connection, options):
        self.connection, self.options = connection, options
        self.buffer = b""
        self.layer = None  # the security context whose wrap tokens carry everything, once one is agreed on
        self.tls = False

    def write(self, line):
        data = line.encode() + b"\r\n"
        if self.layer:
            data = self.layer.wrap(data, False).message
            data = struct.pack(">I", len(data)) + data
        self.connection.sendall(data)

    def fill(self):
        if not self.layer:
            data = self.connection.recv(65536)
        else:
            token = self.read_exactly(struct.unpack(">I", self.read_exactly(4))[0])
            data = self.layer.unwrap(token).message
        if not data:
            raise EOFError
        self.buffer += data

    def read_exactly(self, count):
        data = b""
        while len(data) < count:
            more = self.connection.recv(count - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def read_line(self):
        while b"\n" not in self.buffer:
            self.fill()
        # The buffer outlives STARTTLS: this is the very hole (CVE-2011-0411) that one of the captures shows.
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.rstrip(b"\r")

    def run(self):
        self.write(f"220 {HOST} Microsoft ESMTP MAIL Service ready at {email.utils.format_datetime(datetime.datetime.now(datetime.timezone.utc))}")
        while True:
            line = self.read_line()
            verb = line.split(b" ")[0].upper().decode("latin-1")
            if verb == "QUIT":
                self.write("221 2.0.0 Service closing transmission channel")
                return
            handler = {"EHLO": self.ehlo, "STARTTLS": self.start_tls, "AUTH": self.auth, "X-EXPS": self.auth,
                       "DATA": self.data}.get(verb)
            if handler:
                handler(line)
            else:
                self.write({"MAIL": "250 2.1.0 Sender OK", "RCPT": "250 2.1.5 Recipient OK", "RSET": "250 2.0.0 Resetting",
                            "NOOP": "250 2.0.0 OK"}.get(verb, "500 5.3.3 Unrecognized command"))

    def ehlo(self, _):
        capabilities = [HOST + " Hello [127.0.0.1]", "SIZE 37748736", "PIPELINING", "DSN", "ENHANCEDSTATUSCODES"]
        if self.options.starttls and not self.tls:
            capabilities.append("STARTTLS")
        capabilities += ["X-EXPS " + self.options.x_exps, "AUTH " + self.options.auth, "8BITMIME", "BINARYMIME", "CHUNKING", "XRDST"]
        for capability in capabilities[:-1]:
            self.write("250-" + capability)
        self.write("250 " + capabilities[-1])

    def start_tls(self, _):
        self.write("220 2.0.0 SMTP server ready")
        keys = os.environ["SMTPSCOPE_LAB"] + "/keys/"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(keys + "server.pem", keys + "server.key")
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.tls = True

    def data(self, _):
        self.write("354 Start mail input; end with <CRLF>.<CRLF>")
        while self.read_line() != b".":
            pass
        self.write(f"250 2.6.0 <lab@{HOST}> [InternalId=1] Queued mail for delivery")

    def auth(self, line):
        words = line.decode("latin-1").split(" ")
        mechanism = words[1].upper() if len(words) > 1 else ""
        try:
            if mechanism not in f"{self.options.auth} {self.options.x_exps}".split():
                self.write("504 5.7.4 Unrecognized authentication type")
            elif mechanism == "LOGIN":
                self.login()
            else:
                self.gss(mechanism, words[2] if len(words) > 2 else None)
        except Cancelled:
            self.write("501 5.7.0 Authentication canceled")

    def challenge(self, token):
        self.write("334 " + base64.b64encode(token).decode())
        return self.response()

    def response(self):
        line = self.read_line()
        if line == b"*":
            raise Cancelled
        return base64.b64decode(line)

    def login(self):
        user, password = self.challenge(b"Username:"), self.challenge(b"Password:")
        right = password == b"Passw0rd-" + user.split(b"@")[0]
        self.write("235 2.7.0 Authentication successful" if right else self.options.refusal)

    def gss(self, mechanism, initial):
        if initial is None:
            self.write("334 ntlm supported" if mechanism == "NTLM" else "334 GSSAPI supported")
            token = self.response()
        else:
            token = base64.b64decode(initial)
        try:
            context, last = self.accept(mechanism, token)
        except gssapi.exceptions.GSSError as err:
            error_token = getattr(err, "token", None)
            print("refused:", str(err).replace("\n", " "), flush=True)
            if error_token and self.options.error_token:
                self.challenge(error_token)
            self.write(self.options.refusal)
            return
        real = context.mech.dotted_form
        print("accepted", mechanism, "real", real, "initiator", context.initiator_name, flush=True)
        if last and mechanism != "NTLM":
            self.challenge(last)
        chosen = 1
        if self.options.layers and mechanism != "NTLM":
            offer = bytes([self.options.layers]) + (65536).to_bytes(3, "big")
            answer = context.unwrap(self.challenge(context.wrap(offer, False).message)).message
            print("layer offer", offer.hex(), "answer", answer.hex(), flush=True)
            chosen = answer[0]
        self.write("235 2.7.0 Authentication successful")
        if chosen == 2:
            self.layer = context

    def accept(self, mechanism, token):
        """Runs the context to its end. Returns it with the token that the client still has to see."""
        context = gssapi.SecurityContext(creds=self.credentials(mechanism, token), usage="accept")
        while True:
            answer = context.step(token)
            if context.complete:  # the property raises what step() kept back when there was an error token
                return context, answer
            token = self.challenge(answer or b"")

    def credentials(self, mechanism, token):
        # A credential takes set_neg_mechs only if it holds SPNEGO and nothing else: so look at the token first.
        if mechanism == "NTLM" or token.startswith(b"NTLMSSP\0"):
            inner = NTLM
        else:
            inner = SPNEGO if SPNEGO_DER in token[:16] else KRB5
        raw = gssapi.raw.acquire_cred(None, mechs=oids(inner), usage="accept").creds
        if inner == SPNEGO:
            allowed = [{"krb5": KRB5, "ntlm": NTLM}[name] for name in self.options.negotiate.split(",")]
            gssapi.raw.set_neg_mechs(raw, oids(*allowed))
        return gssapi.Credentials(base=raw)


def serve(connection, options):
    session = Session(connection, options)
    try:
        session.run()
    except Exception as err:  # one broken session must not end the server; the log says what it was
        print("session:", repr(err), flush=True)
    session.connection.close()


def main():
    options = parse_options()
    address, port = options.listen.rsplit(":", 1)
    listener = socket.create_server((address, int(port)))
    print("ready", flush=True)
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=serve, args=(connection, options), daemon=True).start()


main()
