// Was der Kern mit einem festen Namen sagt: warum etwas keinen Preis hat, und was zweifelhaft ist.

export const reasonsDe = {
  noSuchMeter: 'die Preisliste kennt diesen Zähler nicht',
  notYetInForce: 'die Preisliste kennt für diesen Zähler erst ab einem späteren Tag einen Preis',
  noLongerInForce: 'der Preis des Zählers endete, und kein anderer folgte',
  ambiguous: 'die Preisliste hat für diesen Zähler mehrere Preise, je nach SKU oder Region',
  notInRegion: 'der Zähler hat in dieser Region keinen Preis',
  noMatch: 'kein Zähler passt zum Suchtext',
  unitMismatch: 'Verbrauch und Preis zählen Verschiedenes',
  unitInexact: 'die Menge hat in der Einheit des Preises keinen genauen Wert',
};

export const codedDe: Readonly<Record<string, string>> = {
  ...reasonsDe,
  negativeTotal: 'die Summe eines Zählers liegt unter null; nichts wird berechnet und nichts erstattet',
  costWithoutEnd: 'die Stellen eines Betrags haben kein Ende; er ist abgeschnitten',
  unknownOfferTerm: 'eine unbekannte Bedingung des Angebots blieb außer Betracht',
  offerTermNotApplied: 'das Angebot hat ein Guthaben, eine Zusage oder eine Gebühr; die Beträge sind vor ihnen',
  unitDoubtful: 'eine Menge ohne Einheit bei einem Zähler, der in Blöcken zählt',
  offerNotFound: 'für dieses Angebot gibt es keine Preise; es gelten die öffentlichen',
  queryAmbiguous: 'ein Suchtext wählte diesen Zähler; andere passen auch',
  quantityRounded: 'eine Menge hat kein Ende und wurde gerundet',
  notReached: 'Der Server ist nicht erreichbar.',
  notServed: 'Der Server gibt die Preise nicht heraus.',
  bookMismatch: 'Die Preisliste ist nicht die genannte: ihr Inhalt hat einen anderen Hash.',
};
