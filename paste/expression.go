package paste

import (
	"regexp"
	"sync"
)

// expression compiles a regular expression when it is first asked for: hardly any run
// of the program pastes, and all would wait for it.
func expression(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
