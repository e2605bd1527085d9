"""The server's side of NTLMv2 ([MS-NLMP] 3.2.5), as small as the lab allows.

gss-ntlmssp's own acceptor turns away the NEGOTIATE messages of curl and swaks; this one answers them the way a
Windows server does, with AV pairs and a timestamp.
"""
import hashlib
import hmac
import os
import struct
import subprocess
import time

USERS = {"alice": "Passw0rd-alice", "bob": "Passw0rd-bob"}

UNICODE = 0x00000001
REQUEST_TARGET = 0x00000004
NTLM = 0x00000200
TARGET_TYPE_DOMAIN = 0x00010000
TARGET_INFO = 0x00800000
ECHOED = 0xE2088035  # what is granted if the client asks: 128, key exchange, 56, version, session security, sign, seal
FILETIME_EPOCH = 11644473600  # seconds from 1601 to 1970


def nt_hash(password):
    # MD4 lives in OpenSSL's legacy provider; hashlib does not reach it.
    command = ["openssl", "dgst", "-provider", "legacy", "-provider", "default", "-md4", "-binary"]
    return subprocess.run(command, input=password.encode("utf-16le"), capture_output=True, check=True).stdout


class Acceptor:
    def __init__(self, domain, computer, dns):
        self.domain, self.computer, self.dns = domain, computer, dns
        self.server_challenge = os.urandom(8)

    def challenge(self, negotiate):
        """The CHALLENGE message (2.2.1.2) that answers a NEGOTIATE message."""
        signature, kind, asked = struct.unpack_from("<8sII", negotiate)
        if signature != b"NTLMSSP\0" or kind != 1:
            raise ValueError("not a NEGOTIATE message")
        flags = UNICODE | REQUEST_TARGET | NTLM | TARGET_TYPE_DOMAIN | TARGET_INFO | (asked & ECHOED)
        target = self.domain.encode("utf-16le")
        info = self._target_info()
        head = struct.pack("<8sIHHI", b"NTLMSSP\0", 2, len(target), len(target), 56)
        head += struct.pack("<I8s8x", flags, self.server_challenge)
        head += struct.pack("<HHI", len(info), len(info), 56 + len(target))
        head += struct.pack("<BBH3xB", 10, 0, 20348, 15)  # Windows Server 2022
        return head + target + info

    def _target_info(self):
        names = ((2, self.domain), (1, self.computer), (4, self.dns), (3, self.computer + "." + self.dns), (5, self.dns))
        info = b""
        for pair, name in names:
            value = name.encode("utf-16le")
            info += struct.pack("<HH", pair, len(value)) + value
        filetime = int((time.time() + FILETIME_EPOCH) * 1e7)
        return info + struct.pack("<HHQHH", 7, 8, filetime, 0, 0)

    def verify(self, authenticate):
        """The user name of an AUTHENTICATE message (2.2.1.3), if its NTLMv2 response is right; else ValueError."""
        signature, kind = struct.unpack_from("<8sI", authenticate)
        if signature != b"NTLMSSP\0" or kind != 3:
            raise ValueError("not an AUTHENTICATE message")
        response = self._field(authenticate, 20)
        domain = self._field(authenticate, 28).decode("utf-16le")
        user = self._field(authenticate, 36).decode("utf-16le")
        if user.lower() not in USERS or len(response) <= 24:
            raise ValueError(f"user {user!r}, response of {len(response)} bytes")
        key = hmac.new(nt_hash(USERS[user.lower()]), (user.upper() + domain).encode("utf-16le"), "md5").digest()
        proof = hmac.new(key, self.server_challenge + response[16:], hashlib.md5).digest()
        if not hmac.compare_digest(proof, response[:16]):
            raise ValueError(f"wrong response of {user!r}")
        return user.lower()

    @staticmethod
    def _field(message, at):
        length, _, offset = struct.unpack_from("<HHI", message, at)
        return message[offset:offset + length]
