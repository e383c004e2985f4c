package place

// Decode is open to the tests so that they can load faulty tables.
var Decode = decode
