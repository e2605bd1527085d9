# Sourced by up.sh: TLS keys, Dovecot (SASL server, LMTP), Postfix with one smtpd per personality.

cd "$LAB/keys"
if [ ! -e server.pem ]; then
  openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 3650 -subj '/CN=smtpscope lab CA' 2>/dev/null
  openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj '/O=Contoso Lab/CN=mail.contoso.test' 2>/dev/null
  openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -out server.pem \
    -extfile <(echo 'subjectAltName=DNS:mail.contoso.test,DNS:relay.contoso.test,DNS:exch.contoso.test') 2>/dev/null
fi
chmod 644 ./*
cd - >/dev/null

printf '%s:{PLAIN}Passw0rd-%s::::::\n' alice alice bob bob >"$LAB/conf/passwd"
printf 'full:{PLAIN}x::::::userdb_quota_rule=*:bytes=10\n' >>"$LAB/conf/passwd"
chmod 644 "$LAB/conf/passwd"
mkdir -p "$LAB/dovecot" "$LAB/dovecot-state"
chown nobody "$LAB/mail"

# Tokens are JWTs, signed by a shared secret (HS256, base64 in the file) and checked without asking anybody.
mkdir -p "$LAB/conf/oauth2keys/default/HS256"
printf bGFiLXNlY3JldC1sYWItc2VjcmV0LWxhYi1zZWNyZXQ= >"$LAB/conf/oauth2keys/default/HS256/default"
cat >"$LAB/conf/oauth2.conf" <<EOF
introspection_mode = local
local_validation_key_dict = fs:posix:prefix=$LAB/conf/oauth2keys/
username_attribute = sub
issuers = https://idp.contoso.test
EOF

cat >"$LAB/conf/dovecot.conf" <<EOF
base_dir = $LAB/dovecot
state_dir = $LAB/dovecot-state
log_path = $LAB/log/dovecot.log
auth_verbose = yes
protocols = lmtp
hostname = mail.contoso.test
ssl = no
mail_location = maildir:$LAB/mail/%n
mail_plugins = quota
protocol lmtp {
  mail_plugins = quota
}
plugin {
  quota = maildir:Mailbox
}
first_valid_uid = 1
auth_mechanisms = plain login cram-md5 digest-md5 ntlm gssapi scram-sha-1 scram-sha-256 xoauth2 oauthbearer anonymous
auth_realms = contoso.test
auth_default_realm = contoso.test
auth_username_format = %Ln
auth_krb5_keytab = $LAB/kdc/smtp.keytab
auth_gssapi_hostname = "\$ALL"
auth_failure_delay = 1 secs
# Dovecot 2.3 has no NTLM of its own: it asks a helper.
auth_use_winbind = yes
auth_winbind_helper_path = $LAB/bin/ntlm_auth_helper.py
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = $LAB/conf/oauth2.conf
}
passdb {
  driver = passwd-file
  args = username_format=%n $LAB/conf/passwd
}
userdb {
  driver = passwd-file
  args = username_format=%n $LAB/conf/passwd
  default_fields = uid=nobody gid=nogroup home=$LAB/mail/%n
}
service auth {
  unix_listener sasl {
    mode = 0666
  }
}
# No penalty that makes the logins after a wrong password ever slower.
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.10
    port = 24
  }
}
EOF

mkdir -p "$LAB/postfix/sasl" "$LAB/spool" "$LAB/postfix-data"
chown postfix "$LAB/postfix-data"
cat >"$LAB/postfix/main.cf" <<EOF
compatibility_level = 3.6
maillog_file_prefixes = $LAB
maillog_file = $LAB/log/postfix.log
queue_directory = $LAB/spool
data_directory = $LAB/postfix-data
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
myhostname = mail.contoso.test
mydomain = contoso.test
mydestination =
mynetworks = 127.0.0.0/8 [::1]/128 10.0.0.0/8
inet_interfaces = all
inet_protocols = all
smtp_dns_support_level = disabled
smtp_host_lookup = native
default_transport = discard:
relay_transport = discard:
local_transport = error:nothing is local
virtual_transport = discard:
virtual_mailbox_domains = contoso.test, lmtp.test
virtual_mailbox_maps = inline:{ alice@contoso.test=ok, bob@contoso.test=ok, carol@contoso.test=ok, @lmtp.test=ok }
transport_maps = inline:{ lmtp.test=lmtp:inet:127.0.0.10:24 }
alias_maps =
smtpd_recipient_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
smtpd_client_restrictions =
unknown_virtual_mailbox_reject_code = 550
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = $LAB/dovecot/sasl
smtpd_sasl_security_options =
smtpd_sasl_tls_security_options =
smtpd_tls_security_level = may
smtpd_tls_chain_files = $LAB/keys/server.key, $LAB/keys/server.pem
smtpd_error_sleep_time = 0s
smtpd_timeout = 60s
import_environment = MAIL_CONFIG TZ LANG=C POSTLOG_SERVICE POSTLOG_HOSTNAME KRB5_KTNAME=$LAB/kdc/smtp.keytab KRB5_CONFIG=$KRB5_CONFIG NTLM_USER_FILE=$LAB/conf/ntlm.server
cyrus_sasl_config_path = $LAB/postfix/sasl
EOF
cat >"$LAB/postfix/sasl/smtpd.conf" <<EOF
pwcheck_method: auxprop
auxprop_plugin: sasldb
mech_list: PLAIN LOGIN CRAM-MD5 NTLM GSSAPI GSS-SPNEGO SCRAM-SHA-256 GS2-KRB5
sasldb_path: $LAB/conf/sasldb2
keytab: $LAB/kdc/smtp.keytab
EOF
rm -f "$LAB/conf/sasldb2"
for user in alice bob; do
  echo "Passw0rd-$user" | saslpasswd2 -p -c -f "$LAB/conf/sasldb2" -u cyrus.contoso.test $user
done
chmod 644 "$LAB/conf/sasldb2"

smtpd() { # smtpd ADDRESS:PORT [-o option...]: one line of master.cf
  local listen=$1 option
  shift
  printf '%s inet n - n - - smtpd\n' "$listen"
  for option in "$@"; do printf ' -o %s\n' "$option"; done
}
cyrus='smtpd_sasl_type=cyrus smtpd_sasl_path=smtpd smtpd_sasl_local_domain=cyrus.contoso.test myhostname=cyrus.contoso.test'
{
  # mail: what Exchange offers by default, NTLM alone on 25 and GSSAPI beside it on 587
  smtpd 127.0.0.10:25 smtpd_sasl_mechanism_filter=ntlm smtpd_tls_security_level=none
  smtpd 127.0.0.10:587 smtpd_sasl_mechanism_filter=gssapi,ntlm
  smtpd 127.0.0.10:465 smtpd_tls_wrappermode=yes smtpd_sasl_mechanism_filter=gssapi,ntlm,login,plain
  smtpd '[::1]:25' smtpd_sasl_mechanism_filter=ntlm smtpd_tls_security_level=none
  # relay: every mechanism; on 26 (haproxy) the PROXY protocol
  smtpd 127.0.0.11:25
  smtpd 127.0.0.11:587
  smtpd 127.0.0.11:2525 smtpd_upstream_proxy_protocol=haproxy
  # shellcheck disable=SC2086
  smtpd 127.0.0.20:587 $cyrus
  smtpd 10.77.0.1:587 smtpd_sasl_mechanism_filter=gssapi,ntlm,login,plain
  cat <<'EOF'
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
lmtp      unix  - - n - - lmtp
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
EOF
} >"$LAB/postfix/master.cf"

runs "$LAB/dovecot/master.pid" || in_ns $SRV env DOVECOT_HOSTNAME=mail DOVECOT_HOSTDOMAIN=mail.contoso.test dovecot -c "$LAB/conf/dovecot.conf" </dev/null >"$LAB/log/dovecot.start" 2>&1
in_ns $SRV postfix -c "$LAB/postfix" start </dev/null >"$LAB/log/postfix.start" 2>&1 ||
  in_ns $SRV postfix -c "$LAB/postfix" reload </dev/null >>"$LAB/log/postfix.start" 2>&1
