package web

import (
	"net/http"
	"slices"
	"time"

	"trialfinder/trials/private"
)

// deskPage is the first page of the desk: the cases, or the accounts for who sees no case.
type deskPage struct {
	Fault    string // key of the words: a code could not be opened
	Admin    bool
	Lead     bool
	Rows     []deskRow
	Accounts []accountRow
	States   []choice
	Due, All bool
	Total    int
}

type deskRow struct {
	ID, Ref, State, FollowUp, Used, Owner string
	Draft, Due, Ending                    bool
}

type accountRow struct {
	Email, Role      string
	Joined, Disabled bool
}

func (s *Server) showDesk(r *deskRequest) error { return s.deskPage(r, http.StatusOK, "") }

func (s *Server) deskPage(r *deskRequest, status int, fault string) error {
	r.head = head{TitleKey: "desk_cases", NoIndex: true, Error: fault != "", Bare: fault != ""}
	page := deskPage{Fault: fault, Admin: !r.account.Role.SeesCases(), Lead: r.account.Role == private.Lead}
	accounts, err := s.desk.store.Accounts(r.Request().Context())
	if err != nil {
		return err
	}
	if page.Admin {
		r.head.TitleKey = "desk_accounts"
		for _, a := range accounts {
			role, err := r.words.T("desk_role_" + string(a.Role))
			if err != nil {
				return err
			}
			page.Accounts = append(page.Accounts, accountRow{a.Email, role, a.Password != "", !a.Disabled.IsZero()})
		}
		return r.show("desk", page)
	}
	state, ok := r.deskFilter(&page)
	if !ok {
		return errNotFound
	}
	owner := r.account.ID
	if page.Lead && page.All {
		owner = ""
	}
	cases, err := s.desk.store.Cases(r.Request().Context(), owner)
	if err != nil {
		return err
	}
	page.Total = len(cases)
	if page.States, err = r.states(private.States(), state); err != nil {
		return err
	}
	for _, c := range cases {
		row, err := r.deskRow(&c, accounts)
		if err != nil {
			return err
		}
		if (state == "" || c.State == state) && (!page.Due || row.Due) {
			page.Rows = append(page.Rows, row)
		}
	}
	return r.page(status, "desk", page)
}

// deskFilter reads the parameters; none of them is about a caller.
func (r *deskRequest) deskFilter(page *deskPage) (state private.State, ok bool) {
	for name, values := range r.QueryParams() {
		v := values[0]
		switch {
		case len(values) != 1:
			return "", false
		case name == "state" && (v == "" || slices.Contains(private.States(), private.State(v))):
			state = private.State(v)
		case name == "due":
			page.Due = v == "1"
		case name == "all":
			page.All = v == "1"
		default:
			return "", false
		}
	}
	return state, true
}

func (r *deskRequest) deskRow(c *private.Case, accounts []private.Account) (row deskRow, err error) {
	row = deskRow{ID: c.ID, Ref: c.Ref, Draft: c.Draft, Ending: r.ending(c), Due: c.FollowUp != "" && c.FollowUp <= r.today.Format(time.DateOnly)}
	if row.State, err = r.words.T("desk_state_" + string(c.State)); err != nil {
		return row, err
	}
	if row.FollowUp, err = r.dayOf(c.FollowUp); err != nil {
		return row, err
	}
	if row.Used, err = r.viewer.Day(c.Used); err != nil {
		return row, err
	}
	row.Owner = emailOf(accounts, c.Owner)
	return row, nil
}

// ending says whether a case is soon to be deleted unless it is used.
func (r *deskRequest) ending(c *private.Case) bool {
	return c.Draft || c.Ends().Sub(r.server.now()) < private.WarnBefore
}

func (r *deskRequest) dayOf(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return "", errInternal
	}
	return r.viewer.Day(d)
}

func emailOf(accounts []private.Account, id string) string {
	for _, a := range accounts {
		if a.ID == id {
			return a.Email
		}
	}
	return ""
}

func (r *deskRequest) states(of []private.State, chosen private.State) (out []choice, err error) {
	for _, st := range of {
		label, err := r.words.T("desk_state_" + string(st))
		if err != nil {
			return nil, err
		}
		out = append(out, choice{Value: string(st), Label: label, Checked: st == chosen})
	}
	return out, nil
}

// newCase begins a draft.
func (s *Server) newCase(r *deskRequest) error {
	if _, err := readForm(r.Request(), nil, nil); err != nil {
		return err
	}
	c, err := s.desk.store.CreateCase(r.Request().Context(), r.account.ID, private.Content{State: private.New, Lang: r.lang})
	if err != nil {
		return err
	}
	return r.see("/desk/case/" + c.ID)
}
