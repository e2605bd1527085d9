//go:build race

package tui

// raceDetector tells that memory is watched, and so takes more of it.
const raceDetector = true
