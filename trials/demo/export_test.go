package demo

import "io/fs"

// Load reads listings from another place than the built-in one.
func Load(fsys fs.FS) error {
	cat, err := loadCatalogue(fsys)
	if err != nil {
		return err
	}
	_, err = loadStates(fsys, cat)
	return err
}

// BuiltIn is the built-in data.
func BuiltIn() fs.FS { return files }
