#!/bin/bash
# Installs the servers and clients of the lab on Debian 12, as root, without starting any of them.
set -eu
export DEBIAN_FRONTEND=noninteractive

if [ ! -e /usr/sbin/policy-rc.d ]; then # forbids maintainer scripts to start daemons; removed again below
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
debconf-set-selections <<'EOF'
postfix postfix/main_mailer_type select No configuration
wireshark-common wireshark-common/install-setuid boolean false
krb5-config krb5-config/default_realm string CONTOSO.TEST
EOF
apt-get update -q
apt-get install -y -q --no-install-recommends \
  postfix dovecot-core dovecot-gssapi dovecot-lmtpd \
  krb5-kdc krb5-admin-server krb5-user \
  sasl2-bin libsasl2-modules libsasl2-modules-gssapi-mit libsasl2-modules-db gss-ntlmssp python3-gssapi \
  swaks libnet-ssleay-perl libauthen-sasl-perl libauthen-ntlm-perl libnet-dns-perl libdigest-hmac-perl \
  curl msmtp gsasl openssl faketime \
  tshark tcpdump iproute2 ethtool procps
