//go:build !linux && !darwin && !freebsd && !windows

package capture

// openLive is OpenLive where nobody has written it.
func openLive(names []string, _ LiveOptions) (Source, error) {
	return nil, liveError(names[0], ErrNoLive)
}
