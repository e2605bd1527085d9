package authtoken

import "sync"

// A scratch is what reading needs besides the results: room for trees in the
// making, and the strings that come again from login to login. It serves many
// exchanges, because its use ends with the token: an exchange that waits for its
// next one takes no more than its results. It takes 100 KB at most.
type scratch struct {
	decoder decoder
	words   words
}

var scratches = sync.Pool{New: func() any {
	return &scratch{
		decoder: decoder{stack: make([]Field, 0, 64), groups: make([]int, 0, 16)},
		words:   newWords(),
	}
}}
