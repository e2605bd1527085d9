//go:build !race

package authtoken

// underRace tells that the race detector watches.
const underRace = false
