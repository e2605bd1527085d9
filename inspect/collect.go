package inspect

import (
	"cmp"
	"slices"
)

// collect brings the results of all shards together, batch by batch, and hands
// the sessions to the sink in an order that does not depend on the number of
// shards: by the running time of their end, then by their first frame. When
// the sink fails, failed is closed and the rest is thrown away.
func (in *Inspector) collect(sink Sink, failed chan<- struct{}) error {
	var sinkErr error
	var ids int64
	for {
		all, ok := in.gather()
		if !ok {
			return sinkErr
		}
		slices.SortFunc(all.begun, func(a, b *conversation) int {
			return cmp.Or(cmp.Compare(a.begunFrame, b.begunFrame), cmp.Compare(a.firstFrame, b.firstFrame))
		})
		for _, v := range all.begun {
			ids++
			v.id = ids
		}
		slices.SortFunc(all.ended, func(a, b *conversation) int {
			return cmp.Or(cmp.Compare(a.endClock, b.endClock), cmp.Compare(a.firstFrame, b.firstFrame), cmp.Compare(a.id, b.id))
		})
		if sinkErr == nil && len(all.ended) > 0 {
			if sinkErr = in.print(sink, all.ended); sinkErr != nil {
				close(failed)
			}
		}
	}
}

func (in *Inspector) print(sink Sink, ended []*conversation) error {
	for _, v := range ended {
		v.session.ID = v.id
		in.tally.add(v.session)
		if err := sink.Session(v.session); err != nil {
			return err
		}
		in.sessions.Add(1)
	}
	return sink.Flush()
}

// gather takes one result from each shard. It returns false when they have ended.
func (in *Inspector) gather() (result, bool) {
	var all result
	ended := 0
	for _, s := range in.shards {
		r, ok := <-s.out
		if !ok {
			ended++
			continue
		}
		all.begun = append(all.begun, r.begun...)
		all.ended = append(all.ended, r.ended...)
	}
	return all, ended < len(in.shards)
}
