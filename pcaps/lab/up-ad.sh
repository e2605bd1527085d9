#!/bin/bash
# Builds the lab of an Active Directory domain, by Samba: two namespaces with a wire between, CONTOSO.TEST with its accounts, names in DNS.
# Beside the packages of install.sh it needs samba-ad-dc, samba-ad-provision, samba-dsdb-modules. down-ad.sh ends it.
set -eu
. "$(dirname "$0")/ad.sh"

mkdir -p "$LAB"/{conf,log,caps,live,cc,mail,kdc}
cat >"$LAB/conf/hosts" <<HOSTS
127.0.0.1 localhost
$DC dc1.contoso.test dc1
$MAIL mail.partner.test
HOSTS
for ns in $SRV $CLI; do
  ip netns add $ns
  ip -n $ns link set lo up
  mkdir -p /etc/netns/$ns
  cp "$LAB/conf/hosts" /etc/netns/$ns/hosts
  echo "nameserver $DC" >/etc/netns/$ns/resolv.conf
done
ip link add eth0 netns $SRV type veth peer name eth0 netns $CLI
for address in $DC $MAIL $MUTE $CLOSED $FABRIKAM; do ip -n $SRV addr add $address/24 dev eth0; done
ip -n $CLI addr add 10.88.0.2/24 dev eth0
for ns in $SRV $CLI; do
  in_ns $ns ethtool -K eth0 tx off rx off gso off tso off gro off >/dev/null 2>&1
  in_ns $ns sysctl -qw net.ipv6.conf.eth0.disable_ipv6=1
  ip -n $ns link set eth0 up
done
# Behind the domain controller is a network that it does not let anybody into.
in_ns $SRV sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0
ip -n $SRV route add prohibit $PROHIBITED/32
ip -n $CLI route add $PROHIBITED/32 via $DC
# Nobody answers at this address, and the packets leave all the same.
ip -n $CLI neigh add $SILENT lladdr 02:00:00:00:00:88 dev eth0 nud permanent

in_ns $SRV samba-tool domain provision --realm=CONTOSO.TEST --domain=CONTOSO --server-role=dc --dns-backend=SAMBA_INTERNAL --adminpass=Passw0rd-Admin \
  --targetdir="$LAB/ad" --host-name=dc1 --host-ip=$DC --option="bind interfaces only=yes" --option="interfaces=$DC/24" >"$LAB/log/provision.log" 2>&1
sed -i -e '/dns forwarder/d' -e '/\[global\]/a\	server services = rpc, ldap, cldap, kdc, dns' "$AD"
ip netns exec $SRV samba -s "$AD" -i -M single --debug-stdout >"$LAB/log/samba.log" 2>&1 </dev/null &
echo $! >"$LAB/samba.pid"
for _ in $(seq 100); do in_ns $SRV ss -lnu | grep -q "$DC:53 " && break; sleep 0.2; done

tool() { in_ns $SRV samba-tool "$@" -s "$AD" >>"$LAB/log/tool.log" 2>&1; }
tool domain passwordsettings set --complexity=off --min-pwd-length=4 --min-pwd-age=0 --account-lockout-threshold=2 --account-lockout-duration=30
for user in alice bob carol dave svc-mail; do tool user create $user Passw0rd-$user; done
tool user setpassword carol --newpassword=Passw0rd-carol --must-change-at-next-login
tool user disable dave
for spn in SMTPSVC/exch.contoso.test smtp/exch.contoso.test; do tool spn add $spn svc-mail; done
tool dns zonecreate $DC 0.88.10.in-addr.arpa -U Administrator%Passw0rd-Admin
record_of() { tool dns add $DC "$@" -U Administrator%Passw0rd-Admin; }
for name in exch smtp nospn; do record_of contoso.test $name A $MAIL; done
record_of 0.88.10.in-addr.arpa 30 PTR host9.contoso.test
rm -f "$LAB/kdc/smtp.keytab"
tool domain exportkeytab "$LAB/kdc/smtp.keytab" --principal=SMTPSVC/exch.contoso.test
for user in alice bob carol dave; do
  echo "CONTOSO:$user:Passw0rd-$user" >"$LAB/conf/ntlm.$user"
  cat "$LAB/conf/ntlm.$user"
done >"$LAB/conf/ntlm.server"

cat >"$KRB5_CONFIG" <<'CONF'
[libdefaults]
 default_realm = CONTOSO.TEST
 dns_lookup_kdc = true
 dns_canonicalize_hostname = false
 rdns = false
 kdc_timesync = 0
[domain_realm]
 .contoso.test = CONTOSO.TEST
CONF
# conf NAME KDC...: the same with KDCs that are named, not looked for.
conf() {
  local file=$LAB/conf/krb5-$1.conf
  shift
  cp "$KRB5_CONFIG" "$file"
  printf '[realms]\n CONTOSO.TEST = {\n' >>"$file"
  printf '  kdc = %s\n' "$@" >>"$file"
  echo ' }' >>"$file"
}
conf mute $MUTE
conf closed $CLOSED
conf prohibited $PROHIBITED
conf two $SILENT $DC
sed -i '/default_realm/a\ udp_preference_limit = 1' "$LAB/conf/krb5-mute.conf"
sed -e 's/rdns = false/rdns = true/' -e 's/hostname = false/hostname = true/' "$KRB5_CONFIG" >"$LAB/conf/krb5-rdns.conf"

# Two realms of MIT's: FABRIKAM.TEST, that of the client, trusts PARTNER.TEST, that of the server, and refers clients there.
cat >"$LAB/conf/krb5-fabrikam.conf" <<CONF
[libdefaults]
 default_realm = FABRIKAM.TEST
 dns_lookup_kdc = false
 dns_canonicalize_hostname = false
 rdns = false
[realms]
 FABRIKAM.TEST = {
  kdc = $FABRIKAM
 }
 PARTNER.TEST = {
  kdc = $FABRIKAM
 }
CONF
(cat "$LAB/conf/krb5-fabrikam.conf"; printf '[domain_realm]\n .partner.test = PARTNER.TEST\n') >"$LAB/conf/krb5-kdc.conf" # the client does not know it
cat >"$KRB5_KDC_PROFILE" <<CONF
[kdcdefaults]
 kdc_listen = $FABRIKAM:88
 kdc_tcp_listen = $FABRIKAM:88
[realms]
 FABRIKAM.TEST = {
  database_name = $LAB/kdc/fabrikam
  key_stash_file = $LAB/kdc/fabrikam.stash
  host_based_services = *
 }
 PARTNER.TEST = {
  database_name = $LAB/kdc/partner
  key_stash_file = $LAB/kdc/partner.stash
 }
[logging]
 kdc = FILE:$LAB/log/kdc.log
CONF
export KRB5_CONFIG=$LAB/conf/krb5-kdc.conf
for realm in FABRIKAM PARTNER; do
  kdb5_util -r $realm.TEST create -s -P master-of-the-lab >>"$LAB/log/kadmin.log" 2>&1
  kadmin.local -r $realm.TEST -q "addprinc -pw between-the-realms krbtgt/PARTNER.TEST@FABRIKAM.TEST" >>"$LAB/log/kadmin.log" 2>&1
done
kadmin.local -r FABRIKAM.TEST -q 'addprinc -pw Passw0rd-alice alice' >>"$LAB/log/kadmin.log" 2>&1
in_ns $SRV krb5kdc -r FABRIKAM.TEST -r PARTNER.TEST -P "$LAB/krb5kdc.pid" </dev/null >/dev/null 2>&1
echo "the domain is up"
