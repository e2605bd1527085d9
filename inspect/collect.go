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
	var all results
	for {
		if !all.gather(in.shards) {
			return sinkErr
		}
		slices.SortFunc(all.begun, func(a, b *conversation) int {
			return cmp.Or(cmp.Compare(a.begunFrame, b.begunFrame), cmp.Compare(a.firstFrame, b.firstFrame))
		})
		for _, v := range all.begun {
			ids++
			v.id = ids
		}
		in.begun.Store(ids)
		slices.SortFunc(all.open, func(a, b rendering) int { return cmp.Compare(a.id, b.id) })
		slices.SortFunc(all.ended, func(a, b rendering) int {
			return cmp.Or(cmp.Compare(a.endClock, b.endClock), cmp.Compare(a.firstFrame, b.firstFrame), cmp.Compare(a.id, b.id))
		})
		if sinkErr == nil && len(all.ended)+len(all.open) > 0 {
			if sinkErr = in.print(sink, &all); sinkErr != nil {
				close(failed)
			}
		}
		all.release(&in.results)
	}
}

func (in *Inspector) print(sink Sink, all *results) (err error) {
	defer func() {
		if panicked := caught(recover()); panicked != nil {
			err = panicked
		}
	}()
	for i := range all.open {
		if err := sink.(Watcher).Open(all.open[i].id, all.open[i].rendered); err != nil {
			return err
		}
	}
	for i := range all.ended {
		if err := sink.Session(all.ended[i].id, all.ended[i].rendered); err != nil {
			return err
		}
	}
	in.sessions.Add(int64(len(all.ended)))
	return sink.Flush()
}

// results are those of all shards for one batch, together.
type results struct {
	begun       []*conversation
	ended, open []rendering
	parts       []*result
}

// gather takes one result from each shard. It returns false when they have ended.
func (all *results) gather(shards []*shard) bool {
	all.parts = all.parts[:0]
	all.begun, all.ended, all.open = all.begun[:0], all.ended[:0], all.open[:0]
	for _, s := range shards {
		r, ok := <-s.out
		if !ok {
			continue
		}
		all.parts = append(all.parts, r)
		all.begun = append(all.begun, r.begun...)
		all.ended = append(all.ended, r.ended...)
		all.open = append(all.open, r.open...)
	}
	return len(all.parts) > 0
}

// release gives the results back.
func (all *results) release(pool *resultPool) {
	clear(all.begun)
	clear(all.ended)
	clear(all.open)
	for _, r := range all.parts {
		pool.put(r)
	}
}
