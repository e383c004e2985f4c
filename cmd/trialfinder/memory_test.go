//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// memoryVar asks for the measurement of memory, which takes minutes.
const memoryVar = "TRIALFINDER_MEMORY"

// TestMemory says how much memory a first sync of 5,000 and of 100,000 studies takes
// at most: it should not grow with the number of pages.
func TestMemory(t *testing.T) {
	if os.Getenv(memoryVar) == "" {
		t.Skipf("takes minutes; set %s=1", memoryVar)
	}
	var peaks []float64
	for _, n := range []int{5_000, 100_000} {
		g := generate(t, n)
		cmd := exec.CommandContext(t.Context(), os.Args[0], g.flags(filepath.Join(t.TempDir(), "trials.db"))...)
		cmd.Env = append(os.Environ(), asProgram+"=1")
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%d studies: %v", n, err)
		}
		usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
		if !ok {
			t.Skip("this system does not tell")
		}
		t.Logf("%d studies in %d pages: at most %d MB; %s; %s", n, g.asked.Load(), usage.Maxrss>>10, cmd.ProcessState.UserTime(), out)
		peaks = append(peaks, float64(usage.Maxrss))
	}
	t.Logf("20 times the pages take %.2f times the memory", peaks[1]/peaks[0])
}
