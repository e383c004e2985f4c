package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"trialfinder/matcher"
	"trialfinder/matcher/index"
	"trialfinder/trials"
	"trialfinder/trials/ctgov"
	"trialfinder/trials/ctis"
	"trialfinder/trials/store"
)

type importCmd struct {
	dbFlags
	Files []string `arg:"" name:"file" help:"Files of ClinicalTrials.gov v2 studies or EU CTIS records: one a line, a JSON array or an API page; .gz too; - for standard input."`
}

// imported is what an import did; its JSON is a contract.
type imported struct {
	Read        int `json:"read"`
	Stored      int `json:"stored"`
	Unchanged   int `json:"unchanged"`
	Quarantined int `json:"quarantined"`
}

// importBatch is how many studies go into one transaction.
const importBatch = 500

// Run stores the studies of the files.
func (c *importCmd) Run(ctx context.Context, e *env) error {
	m, err := matcher.New()
	if err != nil {
		return err
	}
	db, err := c.create(ctx, e, trials.Real)
	if err != nil {
		return err
	}
	defer db.Close()
	unlock, err := db.Lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	i := importer{env: e, db: db, run: trials.Run{Source: trials.ImportSource, Started: e.now().UTC(), Full: true}}
	if err := i.all(ctx, c.Files); err != nil {
		return err
	}
	if _, err := index.Derive(ctx, db, m); err != nil {
		return err
	}
	if err := encoder(e.stdout).Encode(i.done); err != nil {
		return err
	}
	if i.done.Quarantined > 0 {
		return errPartly
	}
	return nil
}

type importer struct {
	*env
	db      *store.DB
	run     trials.Run
	pending []trials.Record
	done    imported
	line    int // of the file, of one study a line
}

// all takes the files as one run: readers see all of them or none.
func (i *importer) all(ctx context.Context, files []string) (err error) {
	if i.run.ID, err = i.db.BeginRun(ctx, i.run); err != nil {
		return err
	}
	for _, name := range files {
		if err := i.file(ctx, name); err != nil {
			i.run.Finished = i.now().UTC()
			i.run.Errors = []string{err.Error()}
			return errors.Join(err, i.db.FinishRun(context.WithoutCancel(ctx), i.run))
		}
	}
	i.run.Fetched, i.run.Quarantined, i.run.Finished = i.done.Read, i.done.Quarantined, i.now().UTC()
	if i.run, err = i.db.Swap(ctx, i.run, 0); err != nil {
		return err
	}
	i.done.Stored = i.run.New + i.run.Changed
	i.done.Unchanged = i.done.Read - i.done.Quarantined - i.done.Stored
	return i.db.MarkImport(ctx, i.run.Started)
}

func (i *importer) file(ctx context.Context, name string) error {
	r, closeFile, err := openInput(name, i.stdin)
	if err != nil {
		return err
	}
	defer closeFile()
	i.line = 0
	for raw, err := range ctgov.Studies(r) {
		i.line++
		if err == nil {
			err = i.study(ctx, raw)
		} else {
			i.done.Read++
			err = i.setAside(ctx, &trials.RecordError{Source: trials.CTGov, Err: err})
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return i.flush(ctx)
}

func (i *importer) study(ctx context.Context, raw []byte) error {
	i.done.Read++
	source, normalise := trials.CTGov, ctgov.Normalise
	if ctis.IsRecord(raw) {
		source, normalise = trials.CTIS, ctis.Normalise
	}
	record, err := normalise(raw)
	if err != nil {
		var bad *trials.RecordError
		if !errors.As(err, &bad) {
			bad = &trials.RecordError{Source: source, Raw: raw, Err: fmt.Errorf("line %d: %w", i.line, err)}
		}
		return i.setAside(ctx, bad)
	}
	i.pending = append(i.pending, record)
	if len(i.pending) < importBatch {
		return nil
	}
	return i.flush(ctx)
}

func (i *importer) setAside(ctx context.Context, bad *trials.RecordError) error {
	i.done.Quarantined++
	fmt.Fprintln(i.stderr, "trialfinder: set aside:", bad)
	return i.db.Quarantine(ctx, bad, i.now())
}

func (i *importer) flush(ctx context.Context) error {
	if len(i.pending) == 0 {
		return nil
	}
	if _, err := i.db.Stage(ctx, i.run, i.pending); err != nil {
		return err
	}
	i.pending = i.pending[:0]
	return nil
}

// gzipMagic begins every gzip stream.
const gzipMagic = "\x1f\x8b"

// openInput opens a file, or standard input for "-"; what is gzipped is unpacked,
// whatever its name.
func openInput(name string, stdin io.Reader) (io.Reader, func(), error) {
	file, closeFile := stdin, func() {}
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, nil, err
		}
		file, closeFile = f, func() { _ = f.Close() }
	}
	r := bufio.NewReader(file)
	// A file shorter than the mark is no gzip; what else is wrong shows when it is read.
	if head, _ := r.Peek(len(gzipMagic)); string(head) != gzipMagic {
		return r, closeFile, nil
	}
	z, err := gzip.NewReader(r)
	if err != nil {
		closeFile()
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	return z, closeFile, nil
}
