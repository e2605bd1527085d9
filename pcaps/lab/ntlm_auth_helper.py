#!/usr/bin/python3
"""Stands for Samba's ntlm_auth under Dovecot (auth_use_winbind): squid-2.5-ntlmssp on stdin and stdout.

YR TOKEN asks for a challenge (answer TT), KK TOKEN gives the response (answer AF user, or NA reason).
"""
import base64
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
import ntlm_acceptor

acceptor = None
for line in sys.stdin:
    verb, _, token = line.strip().partition(" ")
    try:
        token = base64.b64decode(token)
        if verb == "YR":
            acceptor = ntlm_acceptor.Acceptor("CONTOSO", "EXCH01", "contoso.test")
            print("TT " + base64.b64encode(acceptor.challenge(token)).decode(), flush=True)
        else:
            print("AF " + acceptor.verify(token), flush=True)
    except (ValueError, IndexError) as err:
        print(repr(err), file=sys.stderr, flush=True)
        print("NA NT_STATUS_LOGON_FAILURE", flush=True)
