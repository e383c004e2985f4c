// Package seal encrypts what a browser keeps for us, with a key that dies.
//
// A fresh random key is made each UTC day. Today's and yesterday's are kept in
// one small file; older ones are overwritten. So nobody, with the browser and
// the server in hand, can open what was sealed more than two days ago. Keys are
// random and not derived: a master key could always derive an old day's key
// again, and the promise would be false.
package seal
