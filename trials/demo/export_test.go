package demo

import "io/fs"

// Load reads listings from another place than the built-in one.
func Load(fsys fs.FS) error {
	_, err := load(fsys)
	return err
}

// BuiltIn is the built-in data.
func BuiltIn() fs.FS { return files }
