package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/labstack/echo/v4"
)

// static is the embedded files under names that carry their content's hash, so
// that a browser may keep them for ever.
type static struct {
	byName map[string]asset  // as asked for: site.1a2b3c4d.css
	urls   map[string]string // site.css → /static/site.1a2b3c4d.css
}

type asset struct {
	kind    string
	body    []byte
	gzipped []byte
}

var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

func loadStatic(fsys fs.FS) (*static, error) {
	s := &static{byName: map[string]asset{}, urls: map[string]string{}}
	err := fs.WalkDir(fsys, "static", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(fsys, file)
		if err != nil {
			return err
		}
		return s.add(path.Base(file), b)
	})
	return s, err
}

func (s *static) add(name string, b []byte) error {
	ext := path.Ext(name)
	kind, ok := contentTypes[ext]
	if !ok {
		return fmt.Errorf("static/%s: unknown kind of file", name)
	}
	var z bytes.Buffer
	w, err := gzip.NewWriterLevel(&z, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(b); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	sum := sha256.Sum256(b)
	hashed := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:4]) + ext
	s.byName[hashed] = asset{kind, b, z.Bytes()}
	s.urls[name] = "/static/" + hashed
	return nil
}

func (s *static) url(name string) (string, error) {
	u, ok := s.urls[name]
	if !ok {
		return "", fmt.Errorf("static: no file %q", name)
	}
	return u, nil
}

func (s *Server) serveStatic(c echo.Context) error {
	a, ok := s.static.byName[c.Param("file")]
	if !ok {
		return errNotFound
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	if strings.Contains(c.Request().Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		return c.Blob(http.StatusOK, a.kind, a.gzipped)
	}
	return c.Blob(http.StatusOK, a.kind, a.body)
}
