package report

import (
	"smtpscope/authtoken"
	"smtpscope/smtpparse"
)

func appendAuth(b []byte, a *smtpparse.Auth, c *timekeeper) []byte {
	start := len(b)
	b = stringMember(b, `,"verb":`, a.Verb)
	b = stringMember(b, `,"mechanism":`, a.Mechanism)
	b = stringMember(b, `,"actual":`, a.Actual)
	b = stringMember(b, `,"outcome":`, string(a.Outcome))
	b = intMember(b, `,"reply_code":`, a.ReplyCode)
	b = optionalString(b, `,"enhanced_code":`, a.EnhancedCode)
	b = optionalString(b, `,"reply_text":`, a.ReplyText)
	b = boolMember(b, `,"initial_response":`, a.InitialResponse)
	b = intMember(b, `,"first_frame":`, a.FirstFrame)
	b = intMember(b, `,"last_frame":`, a.LastFrame)
	b = c.append(append(b, `,"time":`...), a.Time)
	b = boolMember(b, `,"tls":`, a.TLS)
	b = optionalBool(b, `,"gap":`, a.Gap)
	b = optionalBool(b, `,"doubtful":`, a.Doubtful)
	b = optionalBool(b, `,"mixed":`, a.Mixed)
	b = optionalObject(b, `,"spnego":`, a.SPNEGO, appendSPNEGO)
	b = optionalObject(b, `,"ntlm":`, a.NTLM, appendNTLM)
	b = optionalObject(b, `,"kerberos":`, a.Kerberos, appendKerberos)
	b = optionalObject(b, `,"sasl_layer":`, a.SASLLayer, appendSASLLayer)
	b = optionalObject(b, `,"sasl":`, a.SASL, appendSASL)
	b = listMember(b, `,"steps":`, a.Steps, func(b []byte, s *smtpparse.Step) []byte { return appendStep(b, s, c) })
	return endObject(b, start)
}

func appendStep(b []byte, s *smtpparse.Step, c *timekeeper) []byte {
	start := len(b)
	b = fromMember(b, s.From)
	b = intMember(b, `,"frame":`, s.Frame)
	b = c.append(append(b, `,"time":`...), s.Time)
	b = stringMember(b, `,"kind":`, s.Kind)
	b = intMember(b, `,"bytes":`, s.Bytes)
	b = optionalString(b, `,"text":`, s.Text)
	b = optionalObject(b, `,"tree":`, s.Tree, appendField)
	b = optionalObject(b, `,"damage":`, s.Damage, appendParseError)
	return endObject(b, start)
}

func appendField(b []byte, f *authtoken.Field) []byte {
	start := len(b)
	b = stringMember(b, `,"name":`, f.Name)
	b = optionalString(b, `,"value":`, f.Value)
	b = intMember(b, `,"offset":`, f.Offset)
	b = intMember(b, `,"length":`, f.Length)
	b = optionalList(b, `,"fields":`, f.Fields, appendField)
	return endObject(b, start)
}

func appendParseError(b []byte, e *authtoken.ParseError) []byte {
	start := len(b)
	b = stringMember(b, `,"field":`, e.Field)
	b = intMember(b, `,"offset":`, e.Offset)
	b = stringMember(b, `,"reason":`, e.Reason)
	return endObject(b, start)
}

func appendSPNEGO(b []byte, s *authtoken.SPNEGO) []byte {
	start := len(b)
	b = stringsMember(b, `,"mech_types":`, s.MechTypes)
	b = optionalString(b, `,"selected":`, s.Selected)
	b = optionalString(b, `,"neg_state":`, s.NegState)
	b = boolMember(b, `,"mech_list_mic":`, s.MechListMIC)
	b = optionalStrings(b, `,"server_mech_types":`, s.ServerMechTypes)
	return endObject(b, start)
}

func appendNTLM(b []byte, n *authtoken.NTLM) []byte {
	start := len(b)
	b = optionalString(b, `,"version":`, n.Version)
	b = stringMember(b, `,"user":`, n.User)
	b = stringMember(b, `,"domain":`, n.Domain)
	b = stringMember(b, `,"workstation":`, n.Workstation)
	b = optionalString(b, `,"server_name":`, n.ServerName)
	b = optionalString(b, `,"server_domain":`, n.ServerDomain)
	b = optionalString(b, `,"server_dns":`, n.ServerDNS)
	b = optionalString(b, `,"server_dns_domain":`, n.ServerDNSDomain)
	b = optionalString(b, `,"server_forest":`, n.ServerForest)
	b = optionalString(b, `,"target_name":`, n.TargetName)
	b = optionalString(b, `,"target_spn":`, n.TargetSPN)
	b = optionalBool(b, `,"untrusted_spn":`, n.UntrustedSPN)
	b = boolMember(b, `,"mic":`, n.MIC)
	b = optionalString(b, `,"channel_binding":`, n.ChannelBinding)
	b = optionalString(b, `,"client_version":`, n.ClientVersion)
	b = optionalString(b, `,"server_version":`, n.ServerVersion)
	b = optionalTime(b, `,"server_time":`, n.ServerTime)
	b = stringsMember(b, `,"flags":`, n.Flags)
	return endObject(b, start)
}

func appendKerberos(b []byte, k *authtoken.Kerberos) []byte {
	start := len(b)
	b = stringMember(b, `,"spn":`, k.SPN)
	b = stringMember(b, `,"realm":`, k.Realm)
	b = optionalString(b, `,"ticket_etype":`, k.TicketEtype)
	b = optionalString(b, `,"authenticator_etype":`, k.AuthenticatorEtype)
	b = append(b, `,"kvno":`...)
	if k.KVNO == nil {
		b = append(b, "null"...)
	} else {
		b = appendInt(b, int64(*k.KVNO))
	}
	b = boolMember(b, `,"mutual":`, k.Mutual)
	b = optionalBool(b, `,"use_session_key":`, k.UseSessionKey)
	b = boolMember(b, `,"ap_req":`, k.APReq)
	b = boolMember(b, `,"ap_rep":`, k.APRep)
	b = append(b, `,"error":`...)
	if k.Error == nil {
		b = append(b, "null"...)
	} else {
		b = appendString(b, *k.Error)
	}
	b = optionalInt(b, `,"error_code":`, k.ErrorCode)
	b = optionalString(b, `,"error_text":`, k.ErrorText)
	b = optionalTime(b, `,"server_time":`, k.ServerTime)
	b = optionalString(b, `,"error_spn":`, k.ErrorSPN)
	b = optionalString(b, `,"client":`, k.Client)
	b = optionalObject(b, `,"opened":`, k.Opened, appendOpened)
	return endObject(b, start)
}

func appendOpened(b []byte, o *authtoken.Opened) []byte {
	start := len(b)
	b = optionalString(b, `,"problem":`, o.Problem)
	b = optionalString(b, `,"fault":`, string(o.Fault))
	b = optionalString(b, `,"key":`, o.Key)
	b = optionalString(b, `,"client":`, o.Client)
	b = optionalStrings(b, `,"flags":`, o.Flags)
	b = optionalString(b, `,"session_etype":`, o.SessionEtype)
	b = optionalString(b, `,"subkey_etype":`, o.SubkeyEtype)
	b = optionalTime(b, `,"auth_time":`, o.AuthTime)
	b = optionalTime(b, `,"start_time":`, o.StartTime)
	b = optionalTime(b, `,"end_time":`, o.EndTime)
	b = optionalTime(b, `,"renew_till":`, o.RenewTill)
	b = optionalTime(b, `,"client_time":`, o.ClientTime)
	b = optionalString(b, `,"channel_binding":`, o.ChannelBinding)
	b = optionalStrings(b, `,"gss_flags":`, o.GSSFlags)
	b = optionalBool(b, `,"delegated":`, o.Delegated)
	b = optionalObject(b, `,"pac":`, o.PAC, appendPAC)
	return endObject(b, start)
}

func appendPAC(b []byte, p *authtoken.PAC) []byte {
	start := len(b)
	b = optionalString(b, `,"user":`, p.User)
	b = optionalString(b, `,"domain":`, p.Domain)
	b = optionalString(b, `,"upn":`, p.UPN)
	b = optionalString(b, `,"dns_domain":`, p.DNSDomain)
	b = optionalString(b, `,"user_sid":`, p.UserSID)
	b = optionalString(b, `,"primary_group":`, p.PrimaryGroup)
	b = optionalStrings(b, `,"groups":`, p.Groups)
	b = optionalInt(b, `,"groups_omitted":`, p.GroupsOmitted)
	b = boolMember(b, `,"verified":`, p.Verified)
	b = optionalString(b, `,"problem":`, p.Problem)
	return endObject(b, start)
}

func appendSASLLayer(b []byte, l *authtoken.SASLLayer) []byte {
	start := len(b)
	b = stringsMember(b, `,"offered":`, l.Offered)
	b = stringMember(b, `,"chosen":`, l.Chosen)
	b = intMember(b, `,"max_size":`, l.MaxSize)
	b = stringMember(b, `,"authzid":`, l.AuthzID)
	b = optionalBool(b, `,"sealed":`, l.Sealed)
	return endObject(b, start)
}

func appendSASL(b []byte, s *authtoken.SASL) []byte {
	start := len(b)
	b = optionalString(b, `,"user":`, s.User)
	b = optionalString(b, `,"authzid":`, s.AuthzID)
	b = optionalString(b, `,"realm":`, s.Realm)
	b = optionalString(b, `,"trace":`, s.Trace)
	b = optionalInt(b, `,"iterations":`, s.Iterations)
	b = optionalString(b, `,"channel_binding":`, s.ChannelBinding)
	b = optionalString(b, `,"password":`, s.Password)
	b = optionalObject(b, `,"jwt":`, s.JWT, appendJWT)
	b = optionalString(b, `,"error":`, s.Error)
	return endObject(b, start)
}

func appendJWT(b []byte, j *authtoken.JWT) []byte {
	start := len(b)
	b = optionalString(b, `,"alg":`, j.Algorithm)
	b = optionalString(b, `,"kid":`, j.KeyID)
	b = optionalMap(b, `,"claims":`, j.Claims, appendString)
	b = optionalTime(b, `,"expires":`, j.Expires)
	return endObject(b, start)
}
