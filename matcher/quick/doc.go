// Package quick reads the line that an adviser types during a call, such as
//
//	62 f nsclc iv ecog1 pdl1 60 egfr neg pembro 2024 Aarhus
//
// into answers, to be confirmed one by one. Abbreviations are data; illnesses, drugs and
// towns are found by the vocabularies that everything else uses. A word that is not surely
// read is given back as unread: nothing is guessed.
package quick
