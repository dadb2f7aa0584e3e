//go:build bench

package main

import "testing"

// TestBenchRolling is the long rolling restart: every replica five times, and
// each lives for some seconds.
func TestBenchRolling(t *testing.T) { rolls(t, 5, 3*loadRate) }
