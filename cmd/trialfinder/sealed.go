package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"
)

// ageMark begins every file that age has encrypted.
var ageMark = []byte("age-encryption.org/v1")

// recipients reads public keys.
func recipients(keys []string) ([]age.Recipient, error) {
	var out []age.Recipient
	for _, key := range keys {
		r, err := age.ParseX25519Recipient(key)
		if err != nil {
			return nil, usageError(fmt.Sprintf("--recipient: want a public key that begins with age1: %v", err))
		}
		out = append(out, r)
	}
	return out, nil
}

// sealFile encrypts a file to a new one, which is there whole or not at all.
func sealFile(from, to string, keys []age.Recipient) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	return writeNew(to, func(w io.Writer) error {
		sealed, err := age.Encrypt(w, keys...)
		if err != nil {
			return err
		}
		if _, err := io.Copy(sealed, in); err != nil {
			return err
		}
		return sealed.Close()
	})
}

// isSealed says whether age has encrypted a file. What can't be read is for the check of the
// copy to tell.
func isSealed(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	mark := make([]byte, len(ageMark))
	_, err = io.ReadFull(f, mark)
	return err == nil && bytes.Equal(mark, ageMark)
}

// unsealFile decrypts a file to a new one with the secret keys of a file.
func unsealFile(from, to, identity string) error {
	keys, err := os.Open(identity)
	if err != nil {
		return err
	}
	defer keys.Close()
	identities, err := age.ParseIdentities(keys)
	if err != nil {
		return fmt.Errorf("%s: %w", identity, err)
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	plain, err := age.Decrypt(bufio.NewReader(in), identities...)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	return writeNew(to, func(w io.Writer) error {
		if _, err := io.Copy(w, plain); err != nil {
			return fmt.Errorf("%s: %w", from, err)
		}
		return nil
	})
}

// writeNew writes a file that only its owner can read, and never over another.
func writeNew(path string, write func(io.Writer) error) (err error) {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%s: there is a file already; name another: %w", path, fs.ErrExist)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.part")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err := errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// beside makes a folder of our own beside a file, on the same disk, for what must not
// stay; done takes it away.
func beside(path string) (folder string, done func() error, err error) {
	folder, err = os.MkdirTemp(filepath.Dir(path), ".trialfinder-*")
	return folder, func() error { return os.RemoveAll(folder) }, err
}
