package authtoken

import (
	"bufio"
	"encoding/base64"
	"encoding/hex"
	"os"
	"strings"
	"testing"
)

// A sample is one token of the corpus that the cutting, flipping and fuzz tests share.
type sample struct {
	name      string
	mechanism string
	from      Side
	token     []byte
}

// The secrets that the samples carry. None may be seen in an output.
var secretMarkers = []string{"S3cretMarker", "SECRETCIPHER", hex.EncodeToString([]byte("S3cretMarker"))}

// specification examples: [MS-SMTPNTLM] 4.1 (a login that works).
const (
	specNegotiate    = "TlRMTVNTUAABAAAAt4II4gAAAAAAAAAAAAAAAAAAAAAFAs4OAAAADw=="
	specChallenge    = "TlRMTVNTUAACAAAAFgAWADgAAAA1goriZt7rI6Uq/ccAAAAAAAAAAGwAbABOAAAABQLODgAAAA9FAFgAQwBIAC0AQwBMAEkALQA2ADYAAgAWAEUAWABDAEgALQBDAEwASQAtADYANgABABYARQBYAEMASAAtAEMATABJAC0ANgA2AAQAFgBlAHgAYwBoAC0AYwBsAGkALQA2ADYAAwAWAGUAeABjAGgALQBjAGwAaQAtADYANgAAAAAA"
	specAuthenticate = "TlRMTVNTUAADAAAAGAAYAHwAAAAYABgAlAAAABYAFgBIAAAACAAIAF4AAAAWABYAZgAAABAAEACsAAAANYKI4gUCzg4AAAAPZQB4AGMAaAAtAGMAbABpAC0ANgA2AHQAZQBzAHQARQBYAEMASAAtAEMATABJAC0ANgA2AAZKkK42dvN2AAAAAAAAAAAAAAAAAAAAABvqCZdJZ0NxuuMaNT5PPn5aZ6imuk9cPZkPUjEYNIRezkCGmTwS5G0="
)

// secret is n octets that repeat the marker.
func secret(n int) []byte { return []byte(strings.Repeat("S3cretMarker", n/12+1)[:n]) }

// ntlmv2Response is an NTLMv2_RESPONSE with every AV pair there is.
func ntlmv2Response(avFlagBits byte, bindings []byte, spn string) []byte {
	return joined(secret(16), []byte{1, 1, 0, 0, 0, 0, 0, 0}, filetimeNoon, secret(8), []byte{0, 0, 0, 0},
		avPair(avNbDomainName, utf16le("CONTOSO")),
		avPair(avNbComputerName, utf16le("EX01")),
		avPair(avFlags, []byte{avFlagBits, 0, 0, 0}),
		avPair(avSingleHost, append([]byte{48, 0, 0, 0}, make([]byte, 44)...)),
		avPair(avChannelBindings, bindings),
		avPair(avTargetName, utf16le(spn)),
		avPair(11, []byte("new")),
		avPair(avEOL, nil), []byte{0, 0, 0, 0})
}

// filetimeNoon is 2026-11-02T12:00:00.1234567Z as FILETIME.
var filetimeNoon = []byte{0x87, 0x76, 0xc6, 0xaf, 0xc1, 0x6a, 0xdd, 0x01}

const modernFlags = 0xE2888215

// authenticateV2 is a modern AUTHENTICATE_MESSAGE with a MIC.
func authenticateV2() []byte {
	return ntlmMessageOf(3, header(88, map[int]uint32{60: modernFlags, 64: version10Low, 68: version10High, 72: 0xA1A2A3A4}),
		payloadField{28, utf16le("CONTOSO")}, payloadField{36, utf16le("svc-sp")}, payloadField{44, utf16le("SP01")},
		payloadField{12, make([]byte, 24)},
		payloadField{20, ntlmv2Response(avFlagMIC|avFlagUntrustedSPN, make([]byte, 16), "SMTPSVC/10.1.2.9")},
		payloadField{52, secret(16)})
}

func challengeModern() []byte {
	info := joined(avPair(avNbDomainName, utf16le("CONTOSO")), avPair(avNbComputerName, utf16le("EX01")),
		avPair(avDNSDomainName, utf16le("contoso.test")), avPair(avDNSComputerName, utf16le("ex01.contoso.test")),
		avPair(avDNSTreeName, utf16le("forest.test")), avPair(avTimestamp, filetimeNoon), avPair(avEOL, nil))
	message := ntlmMessageOf(2, header(56, map[int]uint32{20: modernFlags, 48: version10Low, 52: version10High}),
		payloadField{12, utf16le("CONTOSO")}, payloadField{40, info})
	copy(message[24:], "S3cretMa")
	return message
}

// jwtToken is a bearer token whose signature is the secret.
func jwtToken() string {
	part := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	return part(`{"alg":"RS256","kid":"key-1","typ":"JWT"}`) + "." +
		part(`{"iss":"https://sts.test/","aud":["smtp","imap"],"upn":"sp@contoso.test","exp":1795449600,"admin":true,"x":{"y":1},"roles":[]}`) +
		"." + "S3cretMarkerSignature"
}

// corpus is one token of every kind, whole.
func corpus() []sample {
	layerOffer, layerChoice := []byte{7, 0, 0x10, 0}, append([]byte{1, 0, 0, 0}, "svc@contoso.test"...)
	return []sample{
		{"ntlm negotiate of the specification", "NTLM", Client, unbase64(specNegotiate)},
		{"ntlm challenge of the specification", "NTLM", Server, unbase64(specChallenge)},
		{"ntlm authenticate of the specification", "NTLM", Client, unbase64(specAuthenticate)},
		{"ntlm challenge", "GSSAPI", Server, challengeModern()},
		{"ntlm authenticate v2", "GSSAPI", Client, authenticateV2()},
		{"ntlm signature", "GSSAPI", Server, ntlmSigned("\x01\x00\xbb\x80")},
		{"ntlm signature sealed", "GSSAPI", Client, ntlmSigned("\xf9\x80\x11\x22")},
		{"ntlm framed", "GSSAPI", Client, gss(arcsNTLMSSP, unbase64(specNegotiate))},
		{"bare ap-req", "GSSAPI", Client, krb5("\x01\x00", apReq(0x20))},
		{"ap-req without framing", "", Client, apReq(0x40)},
		{"ap-rep", "GSSAPI", Server, krb5("\x02\x00", apRep())},
		{"krb-error", "GSSAPI", Server, krb5("\x03\x00", krbError(37, nil))},
		{"krb-error with method data", "GSSAPI", Server, krb5("\x03\x00", krbError(25, methodData()))},
		{"krb-error with kerb-error-data", "GSSAPI", Server, krb5("\x03\x00", krbError(41, kerbErrorData()))},
		{"tgt-req", "GSSAPI", Client, gss(arcsU2U, []byte("\x04\x00"), tlv(application|16, tlv(tagSequence, field(0, integer(5)))))},
		{"wrap", "GSSAPI", Server, wrap(wrapSentByAcceptor, layerOffer, 12, 12)},
		{"wrap scattered", "GSSAPI", Client, wrap(0, layerChoice, 12, 3)},
		{"wrap sealed", "GSSAPI", Client, wrap(wrapSealed, secret(40), 0, 28)},
		{"mic", "GSSAPI", Client, joined([]byte{4, 4, 0, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 9}, secret(12))},
		{"wrap 1964", "GSSAPI", Server, gss(arcsKRB5, wrap1964(0xFFFF, layerOffer))},
		{"wrap 1964 without framing", "GSSAPI", Client, wrap1964(0xFFFF, layerChoice)},
		{"wrap 1964 sealed", "GSSAPI", Client, gss(arcsKRB5, wrap1964(0x0010, secret(32)))},
		{"mic 1964", "GSSAPI", Client, gss(arcsKRB5, []byte("\x01\x01\x11\x00\xff\xff\xff\xffSEQUENCESGNCKSUM"))},
		{"delete", "GSSAPI", Client, gss(arcsKRB5, []byte("\x01\x02\x11\x00\xff\xff\xff\xffSEQUENCESGNCKSUM"))},
		{"iakerb", "GSSAPI", Client, iakerbToken(tlv(application|10, tlv(tagSequence, field(1, integer(5)))))},
		{"iakerb krb-error", "GSSAPI", Server, iakerbToken(krbError(6, nil))},
		{"spnego around kerberos", "GSSAPI", Client, spnegoKerberos()},
		{"spnego around ntlm", "GSS-SPNEGO", Client, negTokenInit(mechList(arcsNTLMSSP), field(2, octetString(unbase64(specNegotiate))))},
		{"spnego hints", "GSSAPI", Server, spnegoHints()},
		{"spnego response", "GSSAPI", Server, negTokenResp(negState(1), field(1, arcsKRB5), field(2, octetString(krb5("\x02\x00", apRep()))), field(3, octetString(secret(28))))},
		{"spnego response around ntlm", "GSSAPI", Client, negTokenResp(negState(1), field(2, octetString(authenticateV2())), field(3, octetString(ntlmSigned(""))))},
		{"negoex", "GSSAPI", Client, negTokenInit(mechList(arcsNEGOEX, arcsNTLMSSP), field(2, octetString([]byte("NEGOEXTS\x00\x00\x00\x00\x00\x00\x00\x00"))))},
		{"unknown mechanism in framing", "GSSAPI", Client, gss(arcsOther, secret(30))},
		{"gs2", "GS2-KRB5-PLUS", Client, joined([]byte("p=tls-exporter,a=svc=2Csp,"), []byte("\x01\x00"), apReq(0x20))},
		{"exchangeauth", "EXCHANGEAUTH", Client, krb5("\x01\x00", apReq(0x20))},
		{"text", "GSSAPI", Server, []byte("GSSAPI supported")},
		{"text of a client", "GSSAPI", Client, secret(12)},
		{"unknown name", "X-OWN", Client, secret(24)},
		{"unknown name around ntlm", "X-OWN", Client, unbase64(specNegotiate)},
		{"unknown name around kerberos", "X-OWN", Client, krb5("\x01\x00", apReq(0x20))},
		{"unknown name around another mechanism", "X-OWN", Client, gss(arcsOther, secret(30))},
		{"plain", "PLAIN", Client, []byte("boss@contoso.test\x00alice@contoso.test\x00S3cretMarker")},
		{"plain without nul", "PLAIN", Client, secret(12)},
		{"login prompt", "LOGIN", Server, []byte("Username:")},
		{"login user", "LOGIN", Client, []byte(`CONTOSO\alice`)},
		{"cram challenge", "CRAM-MD5", Server, []byte("<1896.697170952@mail.contoso.test>")},
		{"cram response", "CRAM-MD5", Client, []byte("alice S3cretMarkerS3cretMarkerS3cretMa")},
		{"cram response without space", "CRAM-MD5", Client, secret(32)},
		{"digest challenge", "DIGEST-MD5", Server, []byte(`realm="contoso.test",nonce="OA6MG9tEQGm2hh",qop="auth,auth-int",algorithm=md5-sess,charset=utf-8`)},
		{"digest response", "DIGEST-MD5", Client, []byte(`charset=utf-8,username="al\"ice",realm="contoso.test",nonce="OA6",nc=00000001,cnonce="OA9",digest-uri="smtp/mail.contoso.test",response=S3cretMarkerS3cretMarkerS3cretMa,qop=auth,authzid="boss",odd=S3cretMarker`)},
		{"digest rspauth", "DIGEST-MD5", Server, []byte("rspauth=S3cretMarkerS3cretMarkerS3cretMa")},
		{"scram client first", "SCRAM-SHA-256-PLUS", Client, []byte("p=tls-exporter,a=boss,n=al=2Cice,r=rOprNGfwEbeRWgbNEkqO")},
		{"scram server first", "SCRAM-SHA-256", Server, []byte("r=rOprNGfwEbeRWgbNEkqO%hvYD,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")},
		{"scram client final", "SCRAM-SHA-256", Client, []byte("c=cD10bHMtZXhwb3J0ZXIsYT1ib3NzLAECAwQ=,r=rOprNGfwEbeRWgbNEkqO%hvYD,p=S3cretMarkerS3cretMarker")},
		{"scram server final", "SCRAM-SHA-256", Server, []byte("v=S3cretMarkerS3cretMarker")},
		{"scram server error", "SCRAM-SHA-1", Server, []byte("e=invalid-proof")},
		{"scram that is none", "SCRAM-SHA-1", Client, secret(20)},
		{"xoauth2", "XOAUTH2", Client, []byte("user=sp@contoso.test\x01auth=Bearer " + jwtToken() + "\x01\x01")},
		{"xoauth2 with another scheme", "XOAUTH2", Client, []byte("user=sp@contoso.test\x01auth=S3cretMarker S3cretMarker\x01S3cretMarker\x01")},
		{"xoauth2 error", "XOAUTH2", Server, []byte(`{"status":"401","schemes":"bearer","scope":"https://mail\u001b/"}`)},
		{"oauthbearer", "OAUTHBEARER", Client, []byte("n,a=sp@contoso.test,\x01host=mail.contoso.test\x01port=587\x01auth=Bearer " + jwtToken() + "\x01\x01")},
		{"oauthbearer dummy", "OAUTHBEARER", Client, []byte{1}},
		{"external", "EXTERNAL", Client, []byte("sp@contoso.test")},
		{"anonymous", "ANONYMOUS", Client, []byte("trace \xe2\x80\xae me")},
	}
}

func methodData() []byte {
	pa := func(kind int64) []byte {
		return tlv(tagSequence, field(1, integer(kind)), field(2, octetString(secret(12))))
	}
	return tlv(tagSequence, pa(19), pa(2), pa(4242))
}

// kerbErrorData is KERB-ERROR-DATA with KERB_EXT_ERROR, STATUS_LOGON_FAILURE.
func kerbErrorData() []byte {
	return tlv(tagSequence, field(1, integer(3)), field(2, octetString([]byte{0x6d, 0, 0, 0xc0, 0, 0, 0, 0, 1, 0, 0, 0})))
}

func iakerbToken(message []byte) []byte {
	head := tlv(tagSequence, field(1, tlv(tagUTF8String, []byte("CONTOSO.TEST"))), field(2, octetString([]byte("cookie"))))
	return gss(arcsIAKERB, []byte{5, 1}, head, message)
}

func spnegoKerberos() []byte {
	return negTokenInit(mechList(arcsMSKRB5, arcsKRB5, arcsU2U, arcsNEGOEX, arcsNTLMSSP, arcsOther),
		field(1, tlv(tagBitString, []byte{1, 0x42})),
		field(2, octetString(krb5("\x01\x00", apReq(0x20)))),
		field(3, octetString(secret(28))))
}

func spnegoHints() []byte {
	return negTokenInit(mechList(arcsMSKRB5, arcsKRB5, arcsNTLMSSP),
		field(3, tlv(tagSequence, field(0, general("not_defined_in_RFC4178@please_ignore")), field(1, octetString([]byte{1, 2})))),
		field(4, octetString(secret(16))))
}

// A dialogue is one recorded login of testdata/captured.txt.
type dialogue struct {
	capture, mechanism string
	steps              []step
}

type step struct {
	from  Side
	frame string
	token []byte
}

// captured reads testdata/captured.txt, whose head tells the form.
func captured(t testing.TB) []dialogue {
	t.Helper()
	file, err := os.Open("testdata/captured.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var all []dialogue
	capture := ""
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		switch {
		case len(words) == 0:
		case words[0] == "#":
			capture = words[1]
		case words[0] == "mechanism":
			all = append(all, dialogue{capture: capture, mechanism: words[1]})
		default:
			s := step{from: Client, frame: words[1]}
			if words[0] == "server" {
				s.from = Server
			}
			if words[2] != "=" {
				s.token = unbase64(words[2])
			}
			last := &all[len(all)-1]
			last.steps = append(last.steps, s)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
