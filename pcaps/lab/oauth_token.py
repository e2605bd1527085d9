#!/usr/bin/python3
"""Prints a JWT for the given address, signed by the lab's shared secret and valid for a day."""
import base64
import hmac
import json
import sys
import time

SECRET = b"lab-secret-lab-secret-lab-secret"


def segment(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=")


now = int(time.time())
claims = {"iss": "https://idp.contoso.test", "sub": sys.argv[1].split("@")[0], "email": sys.argv[1],
          "iat": now - 60, "nbf": now - 60, "exp": now + 86400}
signed = segment(json.dumps({"alg": "HS256", "typ": "JWT"}).encode()) + b"." + segment(json.dumps(claims).encode())
print((signed + b"." + segment(hmac.new(SECRET, signed, "sha256").digest())).decode())
