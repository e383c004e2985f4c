// Package web is the site: questions, results, texts. It holds no medical rule
// and stores nothing: a reader's answers live in a sealed cookie in the reader's
// own browser, and every page works without script.
//
//	form → answers → sealed cookie → matcher.ParseAnswers → Profile
//	Profile × index snapshot → matcher.Match → web/view → template → page
//
// What a person answers is health data: it stands in POST bodies and in the
// sealed cookie, never in a URL, a log line or an error.
package web
