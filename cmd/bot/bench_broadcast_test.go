//go:build bench

package main

import "testing"

// TestBenchBroadcast is the large broadcast: to 20,000 people at 1,000 a second.
func TestBenchBroadcast(t *testing.T) { broadcastSurvives(t, 20_000, 1000) }

// TestBenchBroadcastPace is the one to 500 people at the default rate.
func TestBenchBroadcastPace(t *testing.T) { broadcastPaced(t, 500) }
