#!/usr/bin/python3
"""The client's side of the captures that ready-made clients cannot make: dialogues.py NAME plays the one of that name."""
import os
import socket
import struct
import sys

from messages import message, numbered_lines
from smtp_client import KRB5, NTLM, SPNEGO, Client

ALICE, BOB = "alice@contoso.test", "bob@contoso.test"
EXCHANGE = os.environ.get("SMTPSCOPE_LAB_EXCHANGE", "127.0.0.30")
EXCHANGE_SPN = "SMTPSVC@exch.contoso.test"

DIALOGUES = {}


def dialogue(function):
    DIALOGUES[function.__name__.replace("_", "-")] = function
    return function


def send_lab_mail(client):
    client.mail(ALICE, [BOB], message(sys.argv[1]))
    client.quit()


# Kerberos and NTLM.


@dialogue
def kerberos_in_spnego_on_587():
    c = Client(EXCHANGE, 587)
    c.ehlo()
    c.auth_gssapi(EXCHANGE_SPN, SPNEGO, within=[KRB5], name="gssapi")  # in lower case, as .NET's SmtpClient spells it
    send_lab_mail(c)


@dialogue
def kerberos_in_spnego_rc4_ticket():
    c = Client(EXCHANGE, 587)
    c.ehlo()
    c.auth_gssapi("SMTPSVC@rc4.contoso.test", SPNEGO, within=[KRB5, NTLM], initial=False)
    send_lab_mail(c)


@dialogue
def gss_spnego_kerberos_on_cyrus():
    c = Client("127.0.0.20", 587)
    c.ehlo()
    c.auth_gssapi("smtp@cyrus.contoso.test", SPNEGO, within=[KRB5], name="GSS-SPNEGO")
    send_lab_mail(c)


@dialogue
def gssapi_ntlm_in_spnego():
    c = Client(EXCHANGE, 587)
    c.ehlo()
    c.auth_gssapi(EXCHANGE_SPN, SPNEGO, within=[NTLM])
    send_lab_mail(c)


@dialogue
def gssapi_bare_ntlm():
    c = Client(EXCHANGE, 587)
    c.ehlo()
    c.auth_gssapi(EXCHANGE_SPN, NTLM)
    send_lab_mail(c)


@dialogue
def gssapi_server_chooses_ntlm():
    c = Client(EXCHANGE, 587)
    c.ehlo()
    c.auth_gssapi(EXCHANGE_SPN, SPNEGO, within=[KRB5, NTLM])
    send_lab_mail(c)


@dialogue
def kerberos_stale_key_then_ntlm():
    c = Client(EXCHANGE, 587)
    c.ehlo()
    c.auth_gssapi("SMTPSVC@stale.contoso.test", SPNEGO, within=[KRB5])
    c.auth_ntlm()
    send_lab_mail(c)


@dialogue
def kerberos_clock_skew_then_login():
    c = Client(EXCHANGE, 587)
    c.ehlo()
    c.auth_gssapi(EXCHANGE_SPN)
    c.auth("LOGIN", None)
    c.command("YWxpY2U=")
    c.command("UGFzc3cwcmQtYWxpY2U=")
    send_lab_mail(c)


@dialogue
def kerberos_refused_by_dovecot_then_ntlm():
    c = Client("mail.contoso.test", 587)
    c.ehlo()
    c.auth_gssapi("smtp@stale.contoso.test")
    c.auth_ntlm()
    send_lab_mail(c)


@dialogue
def spn_unknown_then_ntlm():
    c = Client(EXCHANGE, 587)
    c.ehlo()
    try:
        c.gss_context("SMTPSVC@nospn.contoso.test", KRB5).step()
    except Exception as err:
        print("-- gss:", str(err).replace("\n", " "), flush=True)
    c.auth_gssapi(EXCHANGE_SPN, SPNEGO, within=[NTLM])
    send_lab_mail(c)


@dialogue
def kdc_unreachable_then_ntlm():
    c = Client("netmail.contoso.test", 587)
    c.ehlo()
    try:
        c.gss_context("smtp@netmail.contoso.test", KRB5).step()
    except Exception as err:
        print("-- gss:", str(err).replace("\n", " "), flush=True)
    c.auth_ntlm()
    send_lab_mail(c)


@dialogue
def gssapi_cancelled_then_ntlm():
    c = Client("mail.contoso.test", 587)
    c.ehlo()
    c.command("AUTH GSSAPI")
    c.command("*")
    c.auth_ntlm()
    send_lab_mail(c)


@dialogue
def ntlm_wrong_password_mail_all_the_same():
    c = Client("mail.contoso.test", 25)
    c.ehlo()
    c.auth_ntlm()
    send_lab_mail(c)


@dialogue
def ipv6_ntlm_initial_response():
    c = Client("::1", 25)
    c.ehlo()
    c.auth_ntlm(initial=True)
    send_lab_mail(c)


@dialogue
def x_exps_gssapi_on_25():
    c = Client(EXCHANGE, 25)
    c.ehlo("hub02.contoso.test")
    c.auth_gssapi(EXCHANGE_SPN, SPNEGO, within=[KRB5], verb="X-EXPS")
    send_lab_mail(c)


@dialogue
def sasl_integrity_layer():
    c = Client(EXCHANGE, 587)
    c.ehlo()
    c.auth_gssapi(EXCHANGE_SPN, layer=2)
    c.ehlo()  # what was said before the layer is forgotten (RFC 4954 section 4)
    send_lab_mail(c)


@dialogue
def ntlm_on_25_kerberos_on_587_same_server():
    c = Client("mail.contoso.test", 25)
    c.ehlo()
    c.auth_ntlm()
    send_lab_mail(c)
    c = Client("mail.contoso.test", 587)
    c.ehlo()
    c.auth_gssapi("smtp@mail.contoso.test")
    send_lab_mail(c)


# Causes that Kerberos and DNS beside the session show.


def ask_for_ticket(client, spn):
    """Asks the KDC, and goes on whatever it says."""
    try:
        client.gss_context(spn, KRB5).step()
    except Exception as err:
        print("-- gss:", str(err).replace("\n", " "), flush=True)


def refused_a_ticket_then_ntlm(spn, host=EXCHANGE):
    c = Client(host, 587)
    c.ehlo()
    ask_for_ticket(c, spn)
    c.auth_gssapi(EXCHANGE_SPN, SPNEGO, within=[NTLM])
    send_lab_mail(c)


@dialogue
def cause_target_is_ip():
    refused_a_ticket_then_ntlm("SMTPSVC@127.0.0.30")


@dialogue
def cause_etype():
    refused_a_ticket_then_ntlm(EXCHANGE_SPN)


@dialogue
def cause_clock_skew():
    refused_a_ticket_then_ntlm(EXCHANGE_SPN)


@dialogue
def cause_kdc_unreachable():
    refused_a_ticket_then_ntlm(EXCHANGE_SPN)


@dialogue
def cause_spn_unknown_for_alias():
    address = socket.gethostbyname("smtp.contoso.test")
    refused_a_ticket_then_ntlm("SMTPSVC@smtp.contoso.test", address)


@dialogue
def cause_rc4_ticket():
    kerberos_in_spnego_rc4_ticket()


@dialogue
def cause_wrong_account():
    kerberos_stale_key_then_ntlm()


@dialogue
def cause_expired():
    c = Client(EXCHANGE, 587)
    c.ehlo()
    c.auth_gssapi(EXCHANGE_SPN)
    c.auth_ntlm()
    send_lab_mail(c)


@dialogue
def cause_server_refused():
    gssapi_server_chooses_ntlm()


@dialogue
def cause_local_account():
    c = Client(EXCHANGE, 587)
    c.ehlo()
    c.auth_ntlm()
    send_lab_mail(c)


@dialogue
def cause_not_offered_but_on_587():
    ntlm_on_25_kerberos_on_587_same_server()


# In the domain of Active Directory, and where its domain controllers are not reached.


@dialogue
def cause_ad_spn_unknown():
    refused_a_ticket_then_ntlm("SMTPSVC@nospn.contoso.test", socket.gethostbyname("nospn.contoso.test"))


@dialogue
def cause_ad_reverse_name():
    refused_a_ticket_then_ntlm("SMTPSVC@smtp.contoso.test", socket.gethostbyname("smtp.contoso.test"))


@dialogue
def cause_ad_clock_skew():
    refused_a_ticket_then_ntlm(EXCHANGE_SPN)


@dialogue
def cause_referral_spn_unknown():
    refused_a_ticket_then_ntlm("SMTPSVC@mail.partner.test", socket.gethostbyname("mail.partner.test"))


@dialogue
def cause_referral_kdc_unreachable():
    refused_a_ticket_then_ntlm("SMTPSVC@mail.partner.test", socket.gethostbyname("mail.partner.test"))


def ntlm_without_a_ticket():
    c = Client(EXCHANGE, 587)
    c.ehlo()
    c.auth_gssapi(EXCHANGE_SPN, SPNEGO, within=[NTLM])
    send_lab_mail(c)


for name in ("ad-account-locked", "ad-password-expired", "ad-fast", "kdc-mute", "kdc-port-closed", "kdc-prohibited"):
    DIALOGUES["cause-" + name] = ntlm_without_a_ticket


@dialogue
def cause_ad_second_kdc_answers():
    refused_a_ticket_then_ntlm("SMTPSVC@nospn.contoso.test")


# Dialogue and bodies.


@dialogue
def starttls_command_injection():
    c = Client(EXCHANGE, 587)
    c.ehlo()
    c.send(b"STARTTLS\r\nMAIL FROM:<injected@example.test>\r\nRCPT TO:<bob@contoso.test>\r\n")
    c.reply()
    c.start_tls()
    c.reply()  # the answers to the injected commands, inside TLS
    c.reply()
    c.quit()


@dialogue
def bdat_chunks():
    c = Client("relay.contoso.test", 25)
    c.ehlo()
    first = message("bdat-first", numbered_lines(30))
    edge = first.index(b"\r\n", 500) + 1  # between CR and LF
    c.command(f"MAIL FROM:<{ALICE}> BODY=8BITMIME SIZE={len(first)}")
    c.command(f"RCPT TO:<{BOB}>")
    for chunk in (first[:100], first[100:edge], first[edge:]):
        c.send(b"BDAT %d\r\n" % len(chunk) + chunk)
        c.reply()
    c.command("BDAT 0 LAST")
    second = message("bdat-second", "A lonely dot is data here:\r\n.\r\nQUIT\r\nMAIL FROM:<x@example.test>\r\n..\r\n")
    c.send(b"MAIL FROM:<%s>\r\nRCPT TO:<%s>\r\nRCPT TO:<carol@contoso.test>\r\n" % (ALICE.encode(), BOB.encode())
           + b"BDAT 50\r\n" + second[:50] + b"BDAT %d LAST\r\n" % (len(second) - 50) + second[50:] + b"QUIT\r\n")
    for _ in range(6):
        c.reply()
    print("-- messages of", len(first), "and", len(second), "octets", flush=True)


@dialogue
def pipelining_rejected_recipients():
    c = Client("relay.contoso.test", 25)
    c.ehlo()
    c.send(b"MAIL FROM:<alice@contoso.test>\r\nRCPT TO:<bob@contoso.test>\r\nRCPT TO:<nobody@contoso.test>\r\n"
           b"RCPT TO:<carol@contoso.test>\r\nRCPT TO:<stranger@contoso.test>\r\nDATA\r\n")
    for _ in range(6):
        c.reply()
    text = message("pipelining-rejected-recipients", ".one dot\r\n..two dots\r\n.\r\nafter a lonely dot\r\n")
    stuffed = text.replace(b"\r\n.", b"\r\n..")
    print("-- message of", len(text), "octets", flush=True)
    c.send(stuffed + b".\r\nMAIL FROM:<alice@contoso.test>\r\nRCPT TO:<nobody@contoso.test>\r\nRSET\r\nNOOP\r\nQUIT\r\n")
    for _ in range(6):
        c.reply()


@dialogue
def end_of_data_smuggling():
    c = Client("relay.contoso.test", 25)
    c.ehlo()
    c.command("MAIL FROM:<alice@contoso.test>")
    c.command("RCPT TO:<bob@contoso.test>")
    c.command("DATA")
    outer = message("smuggling-outer").removesuffix(b"\r\n")
    inner = message("smuggling-inner")
    print("-- messages of", len(outer) + 1, "and", len(inner), "octets", flush=True)
    c.send(outer + b"\n.\r\nMAIL FROM:<admin@contoso.test>\r\nRCPT TO:<carol@contoso.test>\r\nDATA\r\n" + inner + b".\r\n")
    c.reply()
    for _ in range(4):  # what the server says to the smuggled commands, if it took them as such
        c.reply()
    c.quit()


@dialogue
def rst_in_data():
    c = Client("relay.contoso.test", 25)
    c.ehlo()
    c.command("MAIL FROM:<alice@contoso.test>")
    c.command("RCPT TO:<bob@contoso.test>")
    c.command("DATA")
    c.send(message("rst-in-data", "half a mess"))
    c.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close() sends RST
    c.socket.close()


@dialogue
def proxy_protocol_v2():
    addresses = socket.inet_aton("192.0.2.99") + socket.inet_aton("127.0.0.11") + struct.pack(">HH", 51515, 2525)
    header = b"\r\n\r\n\0\r\nQUIT\n\x21\x11" + struct.pack(">H", len(addresses)) + addresses
    c = Client("relay.contoso.test", 2525, preamble=header)
    c.ehlo()
    send_lab_mail(c)


# Over the wire between two namespaces.


@dialogue
def over_the_wire():
    """Kerberos and a mail of some thirty full segments: the dialogue of every wire capture."""
    c = Client("netmail.contoso.test", 587)
    c.ehlo()
    c.auth_gssapi("smtp@netmail.contoso.test")
    c.mail(ALICE, [BOB], message("over-the-wire", numbered_lines(600)))
    c.quit()


if __name__ == "__main__":
    os.environ.setdefault("KRB5CCNAME", "/nonexistent")
    DIALOGUES[sys.argv[1]]()
