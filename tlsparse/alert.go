package tlsparse

import (
	"fmt"
	"time"
)

// An Alert is one alert message (RFC 8446, section 6).
type Alert struct {
	From  string    `json:"from"`
	Time  time.Time `json:"time"`
	Frame int64     `json:"frame"`
	// Level is "warning" or "fatal"; Name is the registry's, such as
	// "handshake_failure", or "encrypted" when it is under a key that is not known.
	Level string `json:"level,omitempty"`
	Name  string `json:"name"`
}

// alert reads an alert message.
func (p *Parser) alert(h *half, at Mark, data []byte) {
	if len(data) != 2 {
		return
	}
	a := Alert{From: h.dir.String(), Time: at.Time.UTC(), Frame: at.Frame, Level: "warning", Name: alertName(data[1])}
	const closeNotify, userCanceled = 0, 90
	// In TLS 1.3 all alerts but two end the connection, whatever their level.
	if data[0] == 2 || p.isTLS13() && data[1] != closeNotify && data[1] != userCanceled {
		a.Level = "fatal"
	}
	p.addAlert(h, a)
	if data[1] == closeNotify || a.Level == "fatal" {
		h.move(sentClose)
	}
}

// addAlert keeps an alert, and notes whether it ended the handshake.
func (p *Parser) addAlert(h *half, a Alert) {
	if h.proof < spoken && a.Name != "close_notify" && a.Level != "warning" {
		p.agreement = broken
	}
	if len(p.facts.Alerts) < p.lim.Alerts {
		p.facts.Alerts = append(p.facts.Alerts, a)
	}
}

// alerts are the IANA's TLS Alerts.
var alerts = map[uint8]string{
	0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 21: "decryption_failed", 22: "record_overflow",
	30: "decompression_failure", 40: "handshake_failure", 41: "no_certificate", 42: "bad_certificate",
	43: "unsupported_certificate", 44: "certificate_revoked", 45: "certificate_expired", 46: "certificate_unknown",
	47: "illegal_parameter", 48: "unknown_ca", 49: "access_denied", 50: "decode_error", 51: "decrypt_error",
	52: "too_many_cids_requested", 60: "export_restriction", 70: "protocol_version", 71: "insufficient_security",
	80: "internal_error", 86: "inappropriate_fallback", 90: "user_canceled", 100: "no_renegotiation",
	109: "missing_extension", 110: "unsupported_extension", 111: "certificate_unobtainable", 112: "unrecognized_name",
	113: "bad_certificate_status_response", 114: "bad_certificate_hash_value", 115: "unknown_psk_identity",
	116: "certificate_required", 120: "no_application_protocol", 121: "ech_required",
}

func alertName(b uint8) string {
	if name, known := alerts[b]; known {
		return name
	}
	return fmt.Sprintf("alert %d", b)
}
