package tui

import "smtpscope/filter"

// An openRecord is the record of a session that goes on, and its text, packed.
type openRecord struct {
	record, text []byte
	octets       int // of the record before it was packed
}

// Open implements [inspect.Watcher].
func (st *Store) Open(id int64, rendered []byte) error {
	facts, text, err := st.take(id, rendered)
	if err != nil {
		return err
	}
	r := &openRecord{record: st.pack(st.printed.Bytes()), text: st.pack(text), octets: st.printed.Len()}
	row, known := st.rows[id]
	st.mu.Lock()
	defer st.mu.Unlock()
	if known {
		st.renew(row, facts)
	} else {
		row = st.add(facts)
		st.rows[id] = row
		*st.place(row) = unstored
	}
	st.open[row] = r
	return nil
}

// renew leaves new facts of a row for takeNews. The lock is held.
func (st *Store) renew(row int32, facts *filter.Facts) {
	if st.news == nil {
		st.news = make(map[int32]*filter.Facts)
	}
	st.news[row] = facts
}

// takeNews gives, by their rows, the facts of sessions that have changed since
// the last call, for snapshot.set. So all that depends on facts, such as the
// order of a list, changes together with them.
func (st *Store) takeNews() map[int32]*filter.Facts {
	st.mu.Lock()
	defer st.mu.Unlock()
	news := st.news
	st.news = nil
	return news
}
