package web

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// routes is the whole URL table. Everything that a reader sees has the language
// in front; no path and no parameter carries an answer.
func (s *Server) routes() *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.Logger.SetOutput(discardWriter{})
	e.HTTPErrorHandler = s.fail
	// No address of a reader is used or kept.
	e.IPExtractor = echo.ExtractIPDirect()
	e.Use(s.record, s.recoverPanics, secureHeaders, s.requireHTTPS, s.sameOrigin, limitBody)

	get := func(path string, h echo.HandlerFunc) {
		e.Match([]string{http.MethodGet, http.MethodHead}, path, h)
	}
	page := func(path string, h func(*request) error) { get("/:lang"+path, s.in(h)) }
	post := func(path string, h func(*request) error) { e.POST("/:lang"+path, s.in(h)) }

	get("/", s.chooseLanguage)
	get("/healthz", s.health)
	get("/readyz", s.ready)
	get("/static/:file", s.serveStatic)

	page("", s.start)
	page("/", func(r *request) error { return r.see("") })
	page("/about", s.about)
	page("/learn", s.learnIndex)
	page("/learn/search", s.learnSearch)
	page("/learn/:slug", s.learn)

	page("/questions", s.nextQuestion)
	page("/question/:fact", s.showQuestion)
	post("/question/:fact", s.answerQuestion)
	post("/illnesses", s.suggest)
	page("/clash", s.showClash)
	post("/clash", s.settleClash)
	page("/answers", s.showAnswers)
	page("/answers/left/:fact", s.showLeft)
	post("/picture", s.hidePicture)
	page("/results", s.results)
	page("/compare", s.compare)
	page("/map", s.showMap)
	page("/doctor", s.sheet)
	page("/trial", s.findTrial) // ?id= of the form on the start page
	page("/trial/:id", s.trial)
	post("/erase", s.erase)
	s.deskRoutes(e)
	return e
}

type discardWriter struct{}

func (discardWriter) Write(b []byte) (int, error) { return len(b), nil }
