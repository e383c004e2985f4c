// Package desk lets advisers sign in and holds the rules of their work that are no page:
// passwords, second factors, the limits on tries, sessions and the guard over free text.
// It knows the private store by the small interface below and writes no word for a reader.
package desk
