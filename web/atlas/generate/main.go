// Command generate draws the outlines of the maps. Its input is countries-50m.json of the
// npm package world-atlas (TopoJSON made of Natural Earth, which is in the public domain);
// the program itself never needs it.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"trialfinder/web/atlas"
)

func main() {
	in := flag.String("in", "countries-50m.json", "TopoJSON with an object named countries")
	out := flag.String("out", ".", "folder for the pictures")
	flag.Parse()
	if err := run(*in, *out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(in, out string) error {
	b, err := os.ReadFile(in)
	if err != nil {
		return err
	}
	t, err := decode(b)
	if err != nil {
		return fmt.Errorf("%s: %w", in, err)
	}
	for _, one := range []struct {
		m      atlas.Map
		detail float64
	}{{atlas.Europe(), 0.45}, {atlas.World(), 0.6}} {
		file := filepath.Join(out, one.m.Name+".svg")
		if err := os.WriteFile(file, draw(t, one.m, one.detail), 0o644); err != nil {
			return err
		}
	}
	return nil
}
