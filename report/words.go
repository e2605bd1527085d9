package report

import "smtpscope/words"

// Short names for what stands in every other line.

func join(separator string, parts ...string) string { return words.Join(separator, parts...) }
func say(holds bool, text string) string            { return words.If(holds, text) }
func with(text, value string) string                { return words.With(text, value) }
func count(n int64, noun string) string             { return words.Count(n, noun) }
func grouped(n int64) string                        { return words.Grouped(n) }
func frames(first, last int64) string               { return words.Frames(first, last) }
func size(octets float64) string                    { return words.Size(octets) }
