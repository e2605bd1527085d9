package verdict

// An accountFault is what Active Directory says of an account that gets no ticket: what
// it means, and the command to go on with, which takes the account's name.
type accountFault struct{ means, command, further string }

// accountFaults are by NTSTATUS ([MS-ERREF] 2.3.1).
var accountFaults = map[string]accountFault{
	"STATUS_ACCOUNT_DISABLED": {"the client's account is disabled", "Enable-ADAccount", ", if it is meant to be in use."},
	"STATUS_ACCOUNT_LOCKED_OUT": {"the client's account is locked, after too many wrong passwords", "Unlock-ADAccount",
		"; event 4740 on the domain controller with the PDC emulator names the machine that has the old password."},
	"STATUS_ACCOUNT_EXPIRED": {"the client's account has expired", "Clear-ADAccountExpiration", ", or Set-ADAccountExpiration with a new date."},
	"STATUS_INVALID_LOGON_HOURS": {"the client's account may not log on at this hour", "Get-ADUser -Properties logonHours",
		" shows the hours; the account's Logon Hours change them."},
	"STATUS_INVALID_WORKSTATION": {"the client's account may not log on from this machine", "Get-ADUser -Properties LogonWorkstations",
		" shows the machines that it may use."},
	"STATUS_PASSWORD_EXPIRED":     {"the password of the client's account has expired", "Set-ADAccountPassword", ", and give the program its new password; a service's password should not expire, or be managed (gMSA)."},
	"STATUS_PASSWORD_MUST_CHANGE": {"the client's account must change its password before it is used", "Set-ADAccountPassword", ", and give the program its new password."},
}
