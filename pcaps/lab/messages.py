"""The messages that the dialogues send. Run as a program with a directory: writes them as .eml files for curl and msmtp."""
import base64
import pathlib
import random
import sys


def message(name, body="Hello from the lab.\r\n", header=""):
    """A message in CRLF form whose subject and Message-ID tell the capture that it belongs to."""
    return (
        "From: Alice <alice@contoso.test>\r\n"
        "To: bob@contoso.test\r\n"
        f"Subject: {name}\r\n"
        "Date: Thu, 02 Nov 2023 09:00:00 +0000\r\n"
        f"Message-ID: <{name}@contoso.test>\r\n"
        f"{header}\r\n{body}"
    ).encode()


def numbered_lines(count):
    return "".join(f"line {n:05d} of a mail that is long enough to fill several segments\r\n" for n in range(count))


def part(header, octets):
    coded = base64.encodebytes(octets).decode().replace("\n", "\r\n")
    return f"--=_lab_boundary\r\n{header}\r\nContent-Transfer-Encoding: base64\r\n\r\n{coded}"


def with_attachments():
    """Text and two attachments, one named by RFC 2231 and one by an RFC 2047 encoded word."""
    source = random.Random(20231102)
    pdf, zipped = source.randbytes(3000), source.randbytes(1234)
    body = (
        "--=_lab_boundary\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        "Grüße, siehe Anlagen.\r\n"
        + part("Content-Type: application/pdf\r\n"
               "Content-Disposition: attachment; filename*=UTF-8''Rechnung%20f%C3%BCr%20M%C3%A4rz.pdf", pdf)
        + part('Content-Type: application/zip; name="=?utf-8?B?w5xiZXJzaWNodC56aXA=?="\r\n'
               'Content-Disposition: attachment;\r\n filename="=?utf-8?B?w5xiZXJzaWNodC56aXA=?="', zipped)
        + "--=_lab_boundary--\r\n"
    )
    return message("mail-with-attachments", body, 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="=_lab_boundary"\r\n')


QUOTED_SESSION = """\
Please find below what our server said:

220 other.example.test ESMTP
EHLO sender.example.test
250-other.example.test
250-AUTH GSSAPI NTLM LOGIN
250 STARTTLS
AUTH LOGIN
334 VXNlcm5hbWU6
Y2Fyb2w=
334 UGFzc3dvcmQ6
bm90IGEgcGFzc3dvcmQ=
235 2.7.0 Authentication successful
MAIL FROM:<carol@example.test>
250 2.1.0 Ok
RCPT TO:<dave@example.test>
250 2.1.5 Ok
DATA
354 End data with <CR><LF>.<CR><LF>
Subject: a mail inside the mail

.
250 2.0.0 Ok: queued
.two words after a dot
STARTTLS
QUIT
221 2.0.0 Bye
"""


def main(directory):
    out = pathlib.Path(directory)
    mails = {
        "lab": message("lab"),
        "mail-with-attachments": with_attachments(),
        "body-quotes-smtp-session": message("body-quotes-smtp-session", QUOTED_SESSION.replace("\n", "\r\n")),
        "long": message("long", numbered_lines(600)),
    }
    for name, octets in mails.items():
        (out / (name + ".eml")).write_bytes(octets)


if __name__ == "__main__":
    main(sys.argv[1])
