package store

import (
	"context"
	"database/sql"

	"trialfinder/trials"
)

// Town is a place with sites, as the registries write it.
type Town struct {
	City, State string          // the state keeps towns of one name in one country apart
	CountryCode string          // as trials.CountryCode gives it: empty where the country's name is unknown
	Point       trials.GeoPoint // the mean of what the registries give
	Sites       int
}

// SiteTowns gives the towns of sites that have coordinates, by country, name and
// state.
func (db *DB) SiteTowns(ctx context.Context) ([]Town, error) {
	rows := func(ctx context.Context, tx *sql.Tx) (*sql.Rows, error) {
		return tx.QueryContext(ctx, `SELECT city, state, country_code, avg(lat), avg(lon), count(*)
			FROM site WHERE lat IS NOT NULL AND city <> ''
			GROUP BY country_code, city, state ORDER BY country_code, city, state`)
	}
	return collect(ctx, db, "towns", rows, func(rows *sql.Rows) (t Town, err error) {
		return t, rows.Scan(&t.City, &t.State, &t.CountryCode, &t.Point.Lat, &t.Point.Lon, &t.Sites)
	})
}
