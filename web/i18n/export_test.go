package i18n

import goi18n "github.com/nicksnyder/go-i18n/v2/i18n"

// Raw gives the messages of a language as they stand in its catalogue.
func (w *Words) Raw() map[string]*goi18n.Message { return w.raw }
