# Sourced by up-ad.sh, record-ad.sh and down-ad.sh: the addresses of the domain's lab, beside what lab.sh has.
LAB_NAME=${LAB_NAME:-smtplab-ad}
. "$(dirname "${BASH_SOURCE[0]}")/lab.sh"

DC=10.88.0.1          # Samba
MAIL=10.88.0.30       # the stand-in for Exchange
MUTE=10.88.0.89       # takes connections at port 88, and says nothing
CLOSED=10.88.0.90     # nothing listens at port 88
SILENT=10.88.0.91     # nobody has this address
PROHIBITED=10.88.1.88 # behind a router that forbids it
FABRIKAM=10.88.0.92   # MIT's KDC of FABRIKAM.TEST and PARTNER.TEST
AD=$LAB/ad/etc/smb.conf
