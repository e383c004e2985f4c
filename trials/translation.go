package trials

// Translation is one text of a listing in another language.
type Translation struct {
	Language string `json:"language"` // ISO 639-1; "und" where the registry does not say which
	Field    string `json:"field"`    // the JSON name of the Trial's field
	Text     string `json:"text"`
}
