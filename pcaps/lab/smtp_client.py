"""A scriptable SMTP client without SMTP logic of its own: dialogues send what they want on the wire, in their order."""
import base64
import socket
import ssl
import struct

KRB5 = "1.2.840.113554.1.2.2"
SPNEGO = "1.3.6.1.5.5.2"
NTLM = "1.3.6.1.4.1.311.2.2.10"


def encode(token):
    return base64.b64encode(token).decode()


class Client:
    def __init__(self, host, port, preamble=b""):
        self.socket = socket.create_connection((host, port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.reply_lines = []
        self.layer = None  # the security context that wraps everything, once integrity was agreed on
        if preamble:
            self.socket.sendall(preamble)
        self.reply()

    # Bytes and lines.

    def send(self, data):
        print("C:", data.decode("latin-1")[:300].rstrip(), flush=True)
        if self.layer:
            data = self.layer.wrap(data, False).message
            data = struct.pack(">I", len(data)) + data
        self.socket.sendall(data)

    def fill(self):
        if self.layer:
            length = struct.unpack(">I", self.socket.recv(4, socket.MSG_WAITALL))[0]
            data = self.layer.unwrap(self.socket.recv(length, socket.MSG_WAITALL)).message
        else:
            data = self.socket.recv(65536)
        if not data:
            raise EOFError("closed by the server")
        self.buffer += data

    def reply(self):
        """The code of the next reply; its lines stay in reply_lines."""
        self.reply_lines = []
        while True:
            while b"\n" not in self.buffer:
                self.fill()
            line, self.buffer = self.buffer.split(b"\n", 1)
            print("S:", line.decode("latin-1").rstrip()[:300], flush=True)
            self.reply_lines.append(line.rstrip(b"\r"))
            if line[3:4] != b"-":
                return int(line[:3])

    def command(self, line):
        self.send(line.encode() + b"\r\n")
        return self.reply()

    def ehlo(self, name="client.contoso.test"):
        return self.command("EHLO " + name)

    def quit(self):
        self.command("QUIT")
        self.socket.close()

    def start_tls(self):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.socket = context.wrap_socket(self.socket, server_hostname="exch.contoso.test")

    # Mail.

    def mail(self, sender, recipients, message):
        self.command(f"MAIL FROM:<{sender}>")
        for recipient in recipients:
            self.command(f"RCPT TO:<{recipient}>")
        self.command("DATA")
        return self.data(message)

    def data(self, message):
        """Sends a message that ends with CRLF, dots stuffed (RFC 5321 section 4.5.2)."""
        lines = message.splitlines(keepends=True)
        print("-- message of", len(message), "octets", flush=True)
        self.send(b"".join(b"." + line if line.startswith(b".") else line for line in lines) + b".\r\n")
        return self.reply()

    # AUTH.

    def challenge(self):
        return base64.b64decode(self.reply_lines[-1][4:])

    def auth(self, mechanism, initial, verb="AUTH"):
        """Starts an exchange; initial None means no initial response."""
        return self.command(f"{verb} {mechanism}" + ("" if initial is None else " " + encode(initial)))

    def gss_context(self, spn, mechanism, within=None):
        """A context for service@host. within: the mechanisms that SPNEGO may negotiate."""
        import gssapi
        import gssapi.raw

        def oid(dotted):
            return gssapi.OID.from_int_seq(dotted)

        credentials = None
        if mechanism != KRB5:
            raw = gssapi.raw.acquire_cred(None, mechs=[oid(mechanism)], usage="initiate").creds
            if within:
                gssapi.raw.set_neg_mechs(raw, [oid(x) for x in within])
            credentials = gssapi.Credentials(base=raw)
        flag = gssapi.RequirementFlag
        flags = [flag.mutual_authentication, flag.replay_detection, flag.out_of_sequence_detection, flag.integrity, flag.confidentiality]
        name = gssapi.Name(spn, gssapi.NameType.hostbased_service)
        return gssapi.SecurityContext(name=name, creds=credentials, mech=oid(mechanism), flags=flags, usage="initiate")

    def auth_gssapi(self, spn, mechanism=KRB5, within=None, name="GSSAPI", verb="AUTH", initial=True, layer=1):
        """AUTH GSSAPI to its end (RFC 4752), taking the given security layer if the server comes to offer one."""
        context = self.gss_context(spn, mechanism, within)
        token = context.step()
        code = self.auth(name, token if initial else None, verb)
        if code == 334 and not initial:
            code = self.command(encode(token))
        while code == 334 and not context.complete:
            try:
                token = context.step(self.challenge())
                finished = context.complete  # raises what step() kept back when there was an error token
            except Exception as err:
                print("-- gss:", str(err).replace("\n", " "), flush=True)
                return self.command("*")
            print("-- context complete:", finished, flush=True)
            code = self.command(encode(token or b""))
        while code == 334:
            code = self.command(encode(self.layer_answer(context, layer)))
        if code == 235 and layer == 2:
            self.layer = context
        return code

    def layer_answer(self, context, layer):
        challenge = self.challenge()
        if not challenge:  # the server wants the empty response that ends the exchange of tokens
            return b""
        print("-- layers offered:", context.unwrap(challenge).message.hex(), flush=True)
        size = 0 if layer == 1 else 65536
        return context.wrap(bytes([layer]) + size.to_bytes(3, "big"), False).message

    def auth_ntlm(self, initial=False):
        """AUTH NTLM by gss-ntlmssp: NTLMv2, as the account in NTLM_USER_FILE."""
        context = self.gss_context("smtp@mail.contoso.test", NTLM)
        token = context.step()
        code = self.auth("NTLM", token if initial else None)
        if code == 334 and not initial:
            code = self.command(encode(token))
        while code == 334:
            code = self.command(encode(context.step(self.challenge()) or b""))
        return code
