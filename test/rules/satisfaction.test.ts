import { expect, test } from "@jest/globals";
import { answersFollowUp, easeQuestion, followUpQuestion, type Stars } from "../../rules/satisfaction.ts";

test.each<[Stars, string]>([
  [1, "Dove hai incontrato le maggiori difficoltà?"], [2, "Dove hai incontrato le maggiori difficoltà?"], [3, "Dove hai incontrato le maggiori difficoltà?"],
  [4, "Quali sono stati gli aspetti che hai preferito?"], [5, "Quali sono stati gli aspetti che hai preferito?"],
])("after %d stars: %s", (stars, title) => {
  expect(followUpQuestion(stars)).toMatchObject({ title });
  expect(followUpQuestion(stars).answers).toHaveLength(5);
});

test("the first question is the one of the national model", () => expect(easeQuestion.title).toBe("Quanto è stato facile usare questo servizio?"));

test.each<[Stars, string, boolean]>([
  [2, "LOST", true], [2, "GUIDED", false], [5, "GUIDED", true], [5, "LOST", false], [1, "OTHER", true], [4, "OTHER", true], [4, "", false],
])("after %d stars the answer %j fits: %p", (stars, answer, fits) => expect(answersFollowUp(stars, answer)).toBe(fits));
