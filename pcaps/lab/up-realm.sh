# Sourced by up.sh: the MIT realm CONTOSO.TEST with its users and service keys, and the NTLM accounts.
# Users alice and bob have the password Passw0rd-NAME.

cat >"$KRB5_CONFIG" <<'EOF'
[libdefaults]
 default_realm = CONTOSO.TEST
 dns_lookup_kdc = false
 dns_lookup_realm = false
 dns_canonicalize_hostname = false
 rdns = false
 kdc_timesync = 0
 udp_preference_limit = 1
[realms]
 CONTOSO.TEST = {
  kdc = kdc.contoso.test:88
 }
[domain_realm]
 .contoso.test = CONTOSO.TEST
EOF
sed s/kdc.contoso.test:88/nokdc.contoso.test:88/ "$KRB5_CONFIG" >"$LAB/conf/krb5-nokdc.conf"
cat >"$KRB5_KDC_PROFILE" <<EOF
[kdcdefaults]
 kdc_listen = 127.0.0.88:88
 kdc_tcp_listen = 127.0.0.88:88
[realms]
 CONTOSO.TEST = {
  database_name = $LAB/kdc/principal
  key_stash_file = $LAB/kdc/stash
  acl_file = $LAB/kdc/kadm5.acl
  supported_enctypes = aes256-cts-hmac-sha1-96:normal aes128-cts-hmac-sha1-96:normal arcfour-hmac:normal
  max_life = 10h 0m 0s
 }
[logging]
 kdc = FILE:$LAB/log/kdc.log
EOF

kadm() { kadmin.local -r CONTOSO.TEST -q "$1" >>"$LAB/log/kadmin.log" 2>&1; }
service() { # service SPN [enctype]: a principal, and its key in the servers' keytab
  kadm "addprinc ${2:+-e $2} -randkey $1"
  kadm "ktadd ${2:+-e $2} -k $LAB/kdc/smtp.keytab $1"
}
if [ ! -e "$LAB/kdc/principal" ]; then
  kdb5_util -r CONTOSO.TEST create -s -P master-of-the-lab >"$LAB/log/kadmin.log" 2>&1
  for user in alice bob; do kadm "addprinc -pw Passw0rd-$user $user"; done
  for host in mail relay cyrus exch netmail; do
    service smtp/$host.contoso.test
    service SMTPSVC/$host.contoso.test
  done
  service SMTPSVC/rc4.contoso.test arcfour-hmac:normal
  # The KDC's key of stale is newer than the keytab's, under the same version number: what happens when the SPN
  # stands on another account than the one the server runs as.
  for spn in smtp/stale.contoso.test SMTPSVC/stale.contoso.test; do
    service $spn
    kadm "delprinc -force $spn"
    kadm "addprinc -randkey $spn"
    kadm "cpw -randkey $spn"
  done
  chmod 644 "$LAB/kdc/smtp.keytab"
fi

# gss-ntlmssp reads DOMAIN:USER:PASSWORD
printf 'CONTOSO:%s:Passw0rd-%s\n' alice alice bob bob >"$LAB/conf/ntlm.server"
echo 'CONTOSO:alice:Passw0rd-alice' >"$LAB/conf/ntlm.alice"
echo 'CONTOSO:alice:WrongPassword' >"$LAB/conf/ntlm.wrong"
chmod 644 "$LAB"/conf/ntlm.*

runs "$LAB/krb5kdc.pid" || in_ns $SRV krb5kdc -r CONTOSO.TEST -P "$LAB/krb5kdc.pid" </dev/null >/dev/null 2>&1
