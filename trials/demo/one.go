package demo

import (
	"net/http"
	"slices"
	"strings"
)

// idOf gives what stands after /studies/ in the path.
func idOf(path string) (string, bool) {
	id, ok := strings.CutPrefix(path, basePath+"/studies/")
	return id, ok && id != "" && !strings.Contains(id, "/")
}

// one answers /studies/{nctId}.
func (g *Registry) one(now *state, r *http.Request, written string) response {
	values, err := readValues(r.URL.RawQuery, func(name string) bool { return slices.Contains(studyParams, name) })
	if err != nil {
		return text(http.StatusBadRequest, err.Error())
	}
	fields, err := g.catalogue.readFormat(values)
	if err != nil {
		return text(http.StatusBadRequest, err.Error())
	}
	id, ok := canonical(written)
	if !ok {
		return text(http.StatusBadRequest, "Invalid format of NCT number: `"+written+"`")
	}
	if y := now.byAlias[id]; y != nil {
		return movedTo(y.id, r.URL.RawQuery)
	}
	y := now.byID[id]
	if y == nil {
		return text(http.StatusNotFound, "NCT number "+id+" not found")
	}
	body, err := y.render(fields)
	if err != nil {
		return text(http.StatusInternalServerError, err.Error())
	}
	return newResponse(http.StatusOK, "application/json", body)
}

// movedTo sends a client that asks by a former id to the study's present one.
func movedTo(id, rawQuery string) response {
	p := text(http.StatusMovedPermanently, "Moved Permanently")
	location := basePath + "/studies/" + id
	if rawQuery != "" {
		location += "?" + rawQuery
	}
	p.header.Set("Location", location)
	return p
}
