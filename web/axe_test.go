package web_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// axe-core is an input of the tests alone and no part of this repository: it is
// fetched once from npm's registry, held against its digest and kept in the user's
// cache.
const (
	axeVersion   = "4.14.1"
	axeURL       = "https://registry.npmjs.org/axe-core/-/axe-core-" + axeVersion + ".tgz"
	axeIntegrity = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
	axeFile      = "package/axe.min.js"
)

// axeSource is the script of axe-core.
func axeSource() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	kept := filepath.Join(dir, "trialfinder", "axe-core-"+axeVersion+".tgz")
	archive, err := os.ReadFile(kept)
	if err != nil || !axeIntact(archive) {
		if archive, err = fetchAxe(); err != nil {
			return "", err
		}
		if err := os.MkdirAll(filepath.Dir(kept), 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(kept, archive, 0o644); err != nil {
			return "", err
		}
	}
	return unpackAxe(archive)
}

func axeIntact(archive []byte) bool {
	sum := sha512.Sum512(archive)
	return base64.StdEncoding.EncodeToString(sum[:]) == axeIntegrity
}

func fetchAxe() ([]byte, error) {
	client := http.Client{Timeout: time.Minute}
	resp, err := client.Get(axeURL)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", axeURL, resp.Status)
	}
	archive, err := io.ReadAll(io.LimitReader(resp.Body, 8<<20))
	if err != nil {
		return nil, err
	}
	if !axeIntact(archive) {
		return nil, errors.New("axe-core: not the archive that its digest names")
	}
	return archive, nil
}

func unpackAxe(archive []byte) (string, error) {
	z, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return "", err
	}
	for files := tar.NewReader(z); ; {
		h, err := files.Next()
		if err != nil {
			return "", fmt.Errorf("axe-core: %s: %w", axeFile, err)
		}
		if h.Name == axeFile {
			b, err := io.ReadAll(files)
			return string(b), err
		}
	}
}
