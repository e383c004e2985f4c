package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"trialfinder/trials"
	"trialfinder/trials/store"
)

// tmpfs mounts a small file system, where that is allowed.
func tmpfs(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("no right to mount: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// A disk that is full fails the night, with those words, and leaves the last one;
// the next night, with room again, is as any other.
func TestDiskFull(t *testing.T) {
	dir := tmpfs(t, "6m")
	path := filepath.Join(dir, "trials.db")
	g := generate(t, 250)
	if code, _, stderr := runs(t, g.flags(path)...); code != exitOK {
		t.Fatal(stderr)
	}
	g.studies = 20_000
	g.night.Store(1)
	code, stdout, stderr := runs(t, g.flags(path)...)
	if code != exitError {
		t.Fatalf("got %d, %s%s; want a failure", code, stdout, stderr)
	}
	var run trials.Run
	if err := json.Unmarshal([]byte(stdout), &run); err != nil || run.Clean || !strings.Contains(strings.Join(run.Errors, " "), "full") {
		t.Errorf("got %s, %v; want a run that says the disk is full", stdout, err)
	}
	db, err := store.Open(t.Context(), store.Config{Path: path, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	for s, err := range db.Each(t.Context(), trials.Filter{}) {
		if err != nil || !strings.HasSuffix(s.Trial.BriefTitle, "night 0") {
			t.Fatalf("got %q, %v; want the first night served", s.Trial.BriefTitle, err)
		}
	}
	db.Close()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=300m"); err != nil {
		t.Fatal(err)
	}
	g.studies = 1000
	g.night.Store(2)
	if code, stdout, stderr := runs(t, g.flags(path)...); code != exitOK || !strings.Contains(stdout, `"clean":true`) {
		t.Errorf("with room again: got %d, %s%s", code, stdout, stderr)
	}
}

// On a disk that is full to the last byte no run can be begun: that is told too.
func TestDiskFullFromTheStart(t *testing.T) {
	dir := tmpfs(t, "6m")
	path := filepath.Join(dir, "demo.db")
	if code, _, stderr := runs(t, "sync", "--demo", "--db", path); code != exitOK {
		t.Fatal(stderr)
	}
	_, watch := serving(t, "--demo", "--db", path, "--cron", "@every 1s")
	eventually(t, watch+"/", "<td>ctis</td><td>clean</td>")
	full, err := os.Create(filepath.Join(dir, "other"))
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = full.Write(make([]byte, 512))
	}
	eventually(t, watch+"/", "<td>ctis</td><td>failed</td>")
	if code, stdout, _ := runs(t, "sync", "--demo", "--db", path); code != exitError || !allFailed(t, stdout, "") {
		t.Errorf("sync: got %d, %s; want both runs failed", code, stdout)
	}
	if err := errors.Join(full.Close(), os.Remove(full.Name())); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := runs(t, "sync", "--demo", "--db", path); code != exitOK && !strings.Contains(stderr, "under way") {
		t.Errorf("with room again: got %d, %s", code, stderr)
	}
}

// Where nobody can write, a sync is refused and the pages are served.
func TestReadOnlyFileSystem(t *testing.T) {
	dir := tmpfs(t, "60m")
	path := filepath.Join(dir, "demo.db")
	if code, _, stderr := runs(t, "sync", "--demo", "--db", path); code != exitOK {
		t.Fatal(stderr)
	}
	for _, tail := range []string{"-wal", "-shm"} {
		_ = os.Remove(path + tail)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, "size=60m"); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := runs(t, "sync", "--demo", "--db", path); code != exitError || stdout != "" || !strings.Contains(stderr, "can't write") {
		t.Errorf("sync: got %d, %q, %q; want a refusal", code, stdout, stderr)
	}
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	r, w := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"serve", "--demo", "--addr", "127.0.0.1:0", "--db", path}, nil, io.Discard, w)
		_ = w.Close()
	}()
	address := make(chan string, 1)
	go func() {
		listening := regexp.MustCompile(`listening on (http://\S+)`)
		for s := bufio.NewScanner(r); s.Scan(); {
			if m := listening.FindStringSubmatch(s.Text()); m != nil {
				address <- m[1]
			}
		}
	}()
	select {
	case base := <-address:
		if body := get(t, ctx, base+"/en/results"); !strings.Contains(body, "NCT99") {
			t.Error("the results name no trial")
		}
	case code := <-ended:
		t.Fatalf("serve ended with %d", code)
	}
	stop()
	if code := <-ended; code != exitOK {
		t.Errorf("serve ended with %d, want 0", code)
	}
}
