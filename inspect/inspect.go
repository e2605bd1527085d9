// Package inspect joins the rooms: packets become connections, connections
// become sessions, sessions get their verdict. It is the one place that knows
// about shards, limits and progress. It prints nothing.
package inspect
