package report

import (
	"smtpscope/smtpparse"
	"smtpscope/tlsparse"
)

func appendTLS(b []byte, t *smtpparse.TLS, c *timekeeper) []byte {
	start := len(b)
	b = stringMember(b, `,"via":`, t.Via)
	b = intMember(b, `,"frame":`, t.Frame)
	b = optionalInt(b, `,"reply_frame":`, t.ReplyFrame)
	b = boolMember(b, `,"decrypted":`, t.Decrypted)
	b = intMember(b, `,"octets_client":`, t.OctetsClient)
	b = intMember(b, `,"octets_server":`, t.OctetsServer)
	b = appendTLSFacts(b, &t.Facts, c)
	return endObject(b, start)
}

func appendTLSFacts(b []byte, f *tlsparse.Facts, c *timekeeper) []byte {
	b = optionalString(b, `,"version":`, f.Version)
	b = optionalStrings(b, `,"offered_versions":`, f.OfferedVersions)
	b = optionalString(b, `,"cipher_suite":`, f.CipherSuite)
	b = optionalString(b, `,"weakness":`, f.Weakness)
	b = optionalStrings(b, `,"offered_cipher_suites":`, f.OfferedCipherSuites)
	b = optionalString(b, `,"group":`, f.Group)
	b = optionalStrings(b, `,"offered_groups":`, f.OfferedGroups)
	b = optionalString(b, `,"sni":`, f.SNI)
	b = optionalString(b, `,"alpn":`, f.ALPN)
	b = optionalStrings(b, `,"offered_alpn":`, f.OfferedALPN)
	b = optionalString(b, `,"client_random":`, f.ClientRandom)
	b = optionalString(b, `,"server_random":`, f.ServerRandom)
	b = optionalStrings(b, `,"client_extensions":`, f.ClientExtensions)
	b = optionalStrings(b, `,"server_extensions":`, f.ServerExtensions)
	b = optionalString(b, `,"resumption":`, f.Resumption)
	b = optionalString(b, `,"early_data":`, f.EarlyData)
	b = optionalBool(b, `,"hello_retry_request":`, f.HelloRetryRequest)
	b = optionalInt(b, `,"renegotiations":`, f.Renegotiations)
	b = optionalInt(b, `,"key_updates":`, f.KeyUpdates)
	b = optionalString(b, `,"client_certificate":`, f.ClientCertificate)
	b = optionalPointers(b, `,"server_certificates":`, f.ServerCertificates, appendCertificate)
	b = optionalPointers(b, `,"client_certificates":`, f.ClientCertificates, appendCertificate)
	b = optionalString(b, `,"checked_name":`, f.CheckedName)
	b = optionalString(b, `,"name_match":`, f.NameMatch)
	b = optionalList(b, `,"alerts":`, f.Alerts, func(b []byte, a *tlsparse.Alert) []byte { return appendAlert(b, a, c) })
	b = optionalList(b, `,"flights":`, f.Flights, func(b []byte, l *tlsparse.Flight) []byte { return appendFlight(b, l, c) })
	b = optionalString(b, `,"handshake":`, string(f.Outcome))
	b = optionalString(b, `,"ja3":`, f.JA3)
	b = optionalString(b, `,"ja4":`, f.JA4)
	b = optionalString(b, `,"hidden":`, string(f.Hidden))
	b = optionalInt(b, `,"hidden_records":`, f.HiddenRecords)
	b = optionalString(b, `,"malformed":`, f.Malformed)
	return b
}

func appendCertificate(b []byte, c *tlsparse.Certificate) []byte {
	start := len(b)
	b = stringMember(b, `,"subject":`, c.Subject)
	b = optionalString(b, `,"common_name":`, c.CommonName)
	b = stringMember(b, `,"issuer":`, c.Issuer)
	b = optionalStrings(b, `,"names":`, c.Names)
	b = optionalTime(b, `,"not_before":`, c.NotBefore)
	b = optionalTime(b, `,"not_after":`, c.NotAfter)
	b = optionalString(b, `,"serial":`, c.Serial)
	b = optionalString(b, `,"key_type":`, c.KeyType)
	b = optionalInt(b, `,"key_bits":`, c.KeyBits)
	b = optionalString(b, `,"signature":`, c.Signature)
	b = stringMember(b, `,"sha256":`, c.SHA256)
	b = optionalBool(b, `,"self_signed":`, c.SelfSigned)
	b = optionalBool(b, `,"ca":`, c.CA)
	b = optionalBool(b, `,"raw_public_key":`, c.RawPublicKey)
	b = optionalString(b, `,"damage":`, c.Damage)
	return endObject(b, start)
}

func appendAlert(b []byte, a *tlsparse.Alert, c *timekeeper) []byte {
	start := len(b)
	b = fromMember(b, a.From)
	b = c.append(append(b, `,"time":`...), a.Time)
	b = intMember(b, `,"frame":`, a.Frame)
	b = optionalString(b, `,"level":`, a.Level)
	b = stringMember(b, `,"name":`, a.Name)
	return endObject(b, start)
}

func appendFlight(b []byte, f *tlsparse.Flight, c *timekeeper) []byte {
	start := len(b)
	b = fromMember(b, f.From)
	b = intMember(b, `,"octets":`, f.Octets)
	b = intMember(b, `,"records":`, f.Records)
	b = intMember(b, `,"frame":`, f.Frame)
	b = intMember(b, `,"last_frame":`, f.LastFrame)
	b = c.append(append(b, `,"time":`...), f.Time)
	b = c.append(append(b, `,"last_time":`...), f.LastTime)
	return endObject(b, start)
}
