// Command trialfinder finds immunotherapy and cell-therapy trials worth asking
// about: it syncs the registries, serves the web questionnaire, and does the same
// on the command line as JSON.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

// The exit codes.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
)

func main() {
	os.Exit(signalled(run))
}

// signalled runs the program until it ends or is told to stop.
func signalled(run func(context.Context, []string, io.Reader, io.Writer, io.Writer) int) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}

// env is what a command has of the world.
type env struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	log            *slog.Logger
	now            func() time.Time
}

type cli struct {
	Serve      serveCmd      `cmd:"" help:"Serve the web application and sync on schedule."`
	Sync       syncCmd       `cmd:"" help:"Run one sync against the registries."`
	Import     importCmd     `cmd:"" help:"Store studies from files."`
	Match      matchCmd      `cmd:"" help:"Match answers against the stored trials."`
	Ask        askCmd        `cmd:"" help:"Say which question to ask next."`
	Explain    explainCmd    `cmd:"" help:"Tell what was read of one trial, and what it does for the answers."`
	History    historyCmd    `cmd:"" help:"Print the versions and changes of one trial."`
	Backup     backupCmd     `cmd:"" help:"Write a consistent copy of a database that may be in use."`
	Restore    restoreCmd    `cmd:"" help:"Check a copy and put it in the place of the database."`
	Classify   classifyCmd   `cmd:"" help:"Say which therapies and conditions studies on standard input have."`
	Parse      parseCmd      `cmd:"" help:"Read the eligibility criteria of studies on standard input."`
	Facts      factsCmd      `cmd:"" help:"Print all facts as JSON."`
	Conditions conditionsCmd `cmd:"" help:"Print all conditions as JSON."`
	Adviser    adviserCmd    `cmd:"" help:"Manage the accounts of the adviser's desk."`
	Audit      auditCmd      `cmd:"" help:"Check the audit of the adviser's desk."`
	Version    versionCmd    `cmd:"" help:"Print the version."`
}

// errPartly: some input could not be used; each piece was told already.
var errPartly = errors.New("not everything could be read")

// run is the program as a function of its arguments and streams.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	e := &env{stdin: stdin, stdout: stdout, stderr: stderr, now: time.Now,
		log: slog.New(slog.NewTextHandler(stderr, nil))}
	var c cli
	done := false
	parser, err := kong.New(&c, kong.Name("trialfinder"), kong.DefaultEnvars("TRIALFINDER"),
		kong.Description("Finds immunotherapy and cell-therapy trials worth asking about. It informs; it does not diagnose."),
		kong.Writers(stdout, stderr), kong.Exit(func(int) { done = true }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(e))
	if err != nil {
		fmt.Fprintln(stderr, "trialfinder:", err)
		return exitError
	}
	command, err := parser.Parse(args)
	switch {
	case done: // --help has printed itself
		return exitOK
	case err != nil:
		fmt.Fprintf(stderr, "trialfinder: %v; see `trialfinder --help`\n", err)
		return exitUsage
	}
	var usage usageError
	switch err := command.Run(); {
	case err == nil:
		return exitOK
	case errors.As(err, &usage):
		fmt.Fprintln(stderr, "trialfinder:", err)
		return exitUsage
	default:
		fmt.Fprintln(stderr, "trialfinder:", err)
		return exitError
	}
}

// usageError is a command called wrongly.
type usageError string

func (u usageError) Error() string { return string(u) }
