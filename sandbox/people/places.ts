import type { Country, Place } from "../people.ts";

const town = (name: string, cadastralCode: string, istatCode: string, province: string): Place => ({ name, cadastralCode, istatCode, province });

export const cuneo: Place = town("Cuneo", "D205", "004078", "CN");

/** Where people who live in Cuneo were born, in Italy; the first ones are near. */
export const towns: readonly Place[] = [
  cuneo,
  town("Fossano", "D742", "004089", "CN"),
  town("Mondovì", "F351", "004130", "CN"),
  town("Savigliano", "I470", "004215", "CN"),
  town("Saluzzo", "H727", "004203", "CN"),
  town("Alba", "A124", "004003", "CN"),
  town("Bra", "B111", "004029", "CN"),
  town("Borgo San Dalmazzo", "B033", "004025", "CN"),
  town("Torino", "L219", "001272", "TO"),
  town("Savona", "I480", "009056", "SV"),
  town("Genova", "D969", "010025", "GE"),
  town("Milano", "F205", "015146", "MI"),
  town("Roma", "H501", "058091", "RM"),
  town("Napoli", "F839", "063049", "NA"),
  town("Palermo", "G273", "082053", "PA"),
  town("Reggio di Calabria", "H224", "080063", "RC"),
];

export const italy: Country = { code: "100", name: "Italia" };

/** A country that people in Cuneo come from, with towns and names of its own. */
export interface Origin {
  readonly country: Country;
  readonly cadastralCode: string;
  readonly towns: readonly string[];
  readonly families: readonly string[];
  readonly men: readonly string[];
  readonly women: readonly string[];
}

const origin = (code: string, name: string, cadastralCode: string, places: string, families: string, men: string, women: string): Origin => ({
  country: { code, name }, cadastralCode, towns: places.split(" "), families: families.split(" "), men: men.split(" "), women: women.split(" "),
});

/** Invented people of these countries; codes of ISTAT and of the land registry. */
export const origins: readonly Origin[] = [
  origin("235", "Romania", "Z129", "Bacau Iasi Suceava", "Popescu Ionescu Munteanu Rusu Lupu Ciobanu", "Andrei Ion Mihai Vasile", "Ioana Elena Mihaela Daniela"),
  origin("201", "Albania", "Z100", "Tirana Scutari Valona", "Hoxha Shehu Gjoka Leka Prifti Marku", "Arben Ilir Besnik Altin", "Mirela Blerta Anila Drita"),
  origin("436", "Marocco", "Z330", "Khouribga Casablanca Fes", "Alaoui Bennani Idrissi Amrani Tazi Chraibi", "Youssef Hassan Omar Rachid", "Fatima Khadija Amina Salma"),
  origin("314", "Cina", "Z210", "Wenzhou Qingtian Hangzhou", "Chen Hu Lin Wu Zhou Ye", "Wei Jian Ming Bo", "Li Mei Xia Yan"),
  origin("450", "Senegal", "Z343", "Dakar Thies Touba", "Diop Fall Ndiaye Sarr Gueye Seck", "Amadou Moussa Ibrahima Cheikh", "Aminata Fatou Awa Mariama"),
  origin("243", "Ucraina", "Z138", "Leopoli Ternopil Kiev", "Kovalenko Bondar Melnyk Tkachuk Shevchuk Savchuk", "Ivan Petro Taras Bohdan", "Oksana Iryna Olena Nadiya"),
  origin("330", "India", "Z222", "Amritsar Jalandhar Ludhiana", "Singh Kaur Sharma Gill Sandhu Bedi", "Gurpreet Harjit Ravi Sukhdev", "Simran Harpreet Neha Jaspreet"),
  origin("611", "Perù", "Z611", "Lima Trujillo Arequipa", "Quispe Huaman Flores Rojas Vargas Mamani", "Luis Jorge Carlos Miguel", "Rosa Carmen Julia Milagros"),
];

/** Where citizens of Cuneo registered abroad live, with the consulate in charge. */
export const abroad = [
  { country: { code: "215", name: "Francia" }, town: "Nizza", street: "Avenue des Oliviers", consulate: { code: "2150010", name: "Nizza" } },
  { country: { code: "602", name: "Argentina" }, town: "Cordoba", street: "Calle de los Piamonteses", consulate: { code: "6020020", name: "Cordoba" } },
  { country: { code: "216", name: "Germania" }, town: "Stoccarda", street: "Lindenweg", consulate: { code: "2160030", name: "Stoccarda" } },
] as const;

/** Streets of Cuneo: kind and name. */
export const streets: readonly (readonly [kind: string, name: string])[] = [
  ["via", "Roma"], ["corso", "Nizza"], ["corso", "Dante"], ["corso", "Giovanni Giolitti"], ["corso", "Marcello Soleri"],
  ["corso", "Santorre di Santarosa"], ["corso", "Francia"], ["corso", "Antonio Gramsci"], ["corso", "Monviso"], ["corso", "Galileo Ferraris"],
  ["via", "XX Settembre"], ["via", "Antonio Meucci"], ["via", "Cacciatori delle Alpi"], ["via", "Carlo Emanuele III"], ["via", "Savigliano"],
  ["via", "Michele Coppino"], ["via", "Felice Cavallotti"], ["via", "Luigi Gallo"], ["via", "Amedeo Avogadro"], ["via", "Mondovì"],
  ["via", "Silvio Pellico"], ["via", "Vittorio Amedeo II"], ["via", "Statuto"], ["piazza", "Tancredi Galimberti"], ["piazza", "Europa"],
  ["viale", "degli Angeli"], ["largo", "Audiffredi"],
];
