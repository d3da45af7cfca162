const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Family names that are common around Cuneo and in Italy; with an accent, an apostrophe, few consonants or few letters among them. */
export const families: readonly string[] = [
  ...words(`Giordano Ferrero Bianchi Dutto Giraudo Dalmasso Barale Tosello Bruno Peano Marro Rossi Viale Beltritti Cavallera
    Macario Pellegrino Blangero Garelli Mandrile Armando Basso Olivero Ghibaudo Parola Mattalia Risso Aimo Fea Re Bo Ui
    Landra Salvagno Quaranta Esposito Russo Colombo Greco Caruso Serra Pirrone`),
  "D'Amico", "Dell'Aquila", "De Angelis", "Lo Cascio", "Nicolò", "Dalla Costa",
];

export const men: readonly string[] = words(`Marco Luca Andrea Paolo Giovanni Matteo Davide Simone Stefano Lorenzo Alessandro
  Francesco Giuseppe Pietro Carlo Enrico Fabio Roberto Mauro Guido Aldo Leo Ivo Elia Tommaso Gianluca Bernardo Noè Sergio Franco`);

export const women: readonly string[] = words(`Anna Giulia Chiara Elena Sara Francesca Paola Laura Martina Silvia Valentina
  Federica Maria Lucia Margherita Teresa Caterina Rosa Ida Ada Eva Mia Zoe Beatrice Alessandra Cristina Daniela Irene Franca Noemi`);
