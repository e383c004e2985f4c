package trials

// Passage is a part of an explanatory text, as the search over the texts keeps it.
type Passage struct {
	Lang, Slug string
	ID         string // of the paragraph; "" for the text itself
	Title      string // of the text
	Heading    string // of the paragraph
	Text       string
}

// Found is a passage that a search found, with the words around what was found.
type Found struct {
	Passage
	Snippet []Piece
}

// Piece is a stretch of a snippet.
type Piece struct {
	Text  string
	Match bool // it is what was searched for
}
