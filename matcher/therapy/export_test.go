package therapy

// LoadFrom decodes a vocabulary from other files than the embedded ones.
var LoadFrom = load
