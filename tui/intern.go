package tui

import (
	"strconv"
	"strings"

	"smtpscope/filter"
)

// intern makes equal strings share their memory, and none with the record.
func (st *Store) intern(s *string) {
	if *s == "" {
		return
	}
	have, known := st.names[*s]
	if !known {
		have = strings.Clone(*s)
		st.names[have] = have
	}
	*s = have
}

func (st *Store) internFindings(list []filter.Finding) []filter.Finding {
	if len(list) == 0 {
		return nil
	}
	var key strings.Builder
	for i := range list {
		key.WriteString(list[i].ID)
		key.WriteByte(' ')
		key.WriteString(list[i].Severity)
		key.WriteByte('\n')
	}
	have, known := st.findings[key.String()]
	if !known {
		have = make([]filter.Finding, len(list))
		for i, f := range list {
			st.intern(&f.ID)
			st.intern(&f.Severity)
			have[i] = f
		}
		st.findings[key.String()] = have
	}
	return have
}

// internLogins does the same for logins: those of a client are alike, session after
// session.
func (st *Store) internLogins(list []filter.NTLMLogin) []filter.NTLMLogin {
	if len(list) == 0 {
		return nil
	}
	var key strings.Builder
	for i := range list {
		l := &list[i]
		l.Strings(func(s *string) {
			key.WriteString(strconv.Itoa(len(*s)))
			key.WriteByte(' ')
			key.WriteString(*s)
		})
		for _, is := range [...]bool{l.Accepted, l.MIC, l.TLS} {
			key.WriteString(say(is, "y"))
			key.WriteByte('\n')
		}
	}
	have, known := st.logins[key.String()]
	if !known {
		have = append(have, list...)
		for i := range have {
			have[i].Strings(st.intern)
		}
		st.logins[key.String()] = have
	}
	return have
}
