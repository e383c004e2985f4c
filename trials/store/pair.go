package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"trialfinder/trials"
)

// One trial may be listed in two registries. A listing of another registry than
// ClinicalTrials.gov is paired with the one listing there that shares a number
// with it; where several do, and none more plainly than the others, with none:
// an extension names its parent's number too. Of a pair the listing that takes
// people leads, else ClinicalTrials.gov's.

// member is a listing as far as pairing looks at it.
type member struct {
	key    int64
	id     string
	source trials.SourceID
	status trials.Status
	led    sql.NullInt64
}

// pairAll pairs anew the listings of these keys and those that they touch.
func pairAll(ctx context.Context, tx *sql.Tx, touched []int64) error {
	if len(touched) == 0 {
		return nil
	}
	may, err := pairable(ctx, tx)
	if err != nil {
		return fmt.Errorf("pair: %w", err)
	}
	for _, key := range touched {
		if !may[key] {
			continue // nearly all
		}
		related, err := members(ctx, tx, `key IN (SELECT b.trial_key FROM number a JOIN number b ON b.number = a.number WHERE a.trial_key = ?1)
			OR led_by = ?1 OR key = (SELECT led_by FROM trial WHERE key = ?1) OR key = ?1`, key)
		if err == nil {
			err = pairAround(ctx, tx, related)
		}
		if err != nil {
			return fmt.Errorf("pair: %w", err)
		}
	}
	return nil
}

// pairable gives the listings that share a number with another registry's, or are
// paired so far.
func pairable(ctx context.Context, tx *sql.Tx) (map[int64]bool, error) {
	rows, err := tx.QueryContext(ctx, `SELECT a.trial_key FROM number a JOIN trial t ON t.key = a.trial_key
			WHERE EXISTS (SELECT 1 FROM number b JOIN trial o ON o.key = b.trial_key
				WHERE b.number = a.number AND b.trial_key <> a.trial_key AND o.source <> t.source)
		UNION SELECT key FROM trial WHERE led_by IS NOT NULL
		UNION SELECT led_by FROM trial WHERE led_by IS NOT NULL`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[int64]bool{}
	for rows.Next() {
		var key int64
		if err := rows.Scan(&key); err != nil {
			return nil, err
		}
		out[key] = true
	}
	return out, rows.Err()
}

// pairAround decides for every listing of the related ones with whom it goes.
func pairAround(ctx context.Context, tx *sql.Tx, related []member) error {
	groups := map[int64][]member{} // by the ClinicalTrials.gov listing's key
	for _, m := range related {
		if m.source == trials.CTGov {
			groups[m.key] = append(groups[m.key], m)
		}
	}
	for _, m := range related {
		if m.source == trials.CTGov {
			continue
		}
		partner, err := partnerOf(ctx, tx, m)
		if err != nil {
			return err
		}
		if partner == nil {
			if err := lead(ctx, tx, []member{m}); err != nil {
				return err
			}
			continue
		}
		if groups[partner.key] == nil {
			groups[partner.key] = []member{*partner}
		}
	}
	for _, group := range groups {
		full, err := groupOf(ctx, tx, group[0])
		if err != nil {
			return err
		}
		if err := lead(ctx, tx, full); err != nil {
			return err
		}
	}
	return nil
}

// groupOf is a ClinicalTrials.gov listing with those that chose it.
func groupOf(ctx context.Context, tx *sql.Tx, head member) ([]member, error) {
	group := []member{head}
	near, err := members(ctx, tx, `source <> ? AND key IN
		(SELECT b.trial_key FROM number a JOIN number b ON b.number = a.number WHERE a.trial_key = ?)`, trials.CTGov, head.key)
	if err != nil {
		return nil, err
	}
	for _, m := range near {
		partner, err := partnerOf(ctx, tx, m)
		if err != nil {
			return nil, err
		}
		if partner != nil && partner.key == head.key {
			group = append(group, m)
		}
	}
	return group, nil
}

// How plainly two listings share a number.
const (
	shareThird = iota + 1 // both name a third one
	nameUs                // the other names ours
	nameThem              // ours names the other's
)

// partnerOf is the listing with which m goes; nil: it goes alone.
func partnerOf(ctx context.Context, tx *sql.Tx, m member) (*member, error) {
	rows, err := tx.QueryContext(ctx, `SELECT o.key, max(CASE WHEN b.own THEN ? WHEN a.own THEN ? ELSE ? END)
		FROM number a JOIN number b ON b.number = a.number JOIN trial o ON o.key = b.trial_key
		WHERE a.trial_key = ? AND o.source = ? AND o.removed_at IS NULL GROUP BY o.key`,
		nameThem, nameUs, shareThird, m.key, trials.CTGov)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	best, found := 0, []int64{}
	for rows.Next() {
		var key int64
		var how int
		if err := rows.Scan(&key, &how); err != nil {
			return nil, err
		}
		switch {
		case how > best:
			best, found = how, []int64{key}
		case how == best:
			found = append(found, key)
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil || len(found) != 1 {
		return nil, err
	}
	partners, err := members(ctx, tx, `key = ?`, found[0])
	if err != nil || len(partners) == 0 {
		return nil, err
	}
	return &partners[0], nil
}

// lead lets one of a group lead the others.
func lead(ctx context.Context, tx *sql.Tx, group []member) error {
	first := slices.MinFunc(group, func(a, b member) int {
		return cmp.Or(cmp.Compare(rankOf(a), rankOf(b)), cmp.Compare(a.id, b.id))
	})
	// What was made of the one that leads holds what the others add.
	if _, err := tx.ExecContext(ctx, `UPDATE derived SET source_hash = '' WHERE trial_key = ?`, first.key); err != nil {
		return err
	}
	for _, m := range group {
		led := sql.NullInt64{Int64: first.key, Valid: m.key != first.key}
		if !led.Valid {
			led.Int64 = 0
		}
		if m.led == led {
			continue
		}
		if _, err := tx.ExecContext(ctx, `UPDATE trial SET led_by = ? WHERE key = ?`, led, m.key); err != nil {
			return err
		}
	}
	return nil
}

func rankOf(m member) int {
	rank := 0
	if !m.status.Open() {
		rank += 2
	}
	if m.source != trials.CTGov {
		rank++
	}
	return rank
}

// members reads listings that are not removed, in order of id.
func members(ctx context.Context, tx *sql.Tx, which string, args ...any) ([]member, error) {
	rows, err := tx.QueryContext(ctx, `SELECT key, id, source, status, led_by FROM trial
		WHERE removed_at IS NULL AND (`+which+`) ORDER BY id`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []member
	for rows.Next() {
		var m member
		if err := rows.Scan(&m.key, &m.id, &m.source, &m.status, &m.led); err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

// fillNumbers gives listings of a database that was made before pairing their
// numbers, and pairs them.
func (db *DB) fillNumbers(ctx context.Context) error {
	var missing bool
	err := db.write.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM trial) AND NOT EXISTS (SELECT 1 FROM number)`).Scan(&missing)
	if err != nil || !missing {
		return err
	}
	return db.update(ctx, func(tx *sql.Tx) error {
		bare, err := keys(ctx, tx, `SELECT key, version, status FROM trial t
			WHERE NOT EXISTS (SELECT 1 FROM number n WHERE n.trial_key = t.key)`)
		if err != nil || len(bare) == 0 {
			return err
		}
		l := &listings{}
		defer l.close()
		if err := l.prepareAll(ctx, tx); err != nil {
			return err
		}
		for _, b := range bare {
			t, err := l.document(ctx, b.version)
			if err != nil {
				return err
			}
			if err := l.numbers(ctx, b.key, &t); err != nil {
				return err
			}
		}
		return pairAll(ctx, tx, keysOf(bare))
	})
}
