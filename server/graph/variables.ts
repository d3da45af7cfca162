import { coerceInputValue, isInputType, Kind, typeFromAST, type GraphQLError, type GraphQLInputType, type GraphQLSchema, type OperationDefinitionNode } from "graphql";
import { Said, type Words } from "../../schema/said.ts";

/**
 * What is wrong with the variables of an operation, each by its path and without its value, which may be personal.
 * Empty when they are good. `terse` leaves out why, which would tell what the graph holds.
 */
export function faultsInVariables(schema: GraphQLSchema, operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>, terse = false): Said[] {
  const faults: Said[] = [];
  for (const definition of operation.variableDefinitions ?? []) {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type as never);
    const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (!isInputType(type) || (given === undefined && (definition.defaultValue || definition.type.kind !== Kind.NON_NULL_TYPE))) continue;
    if (given === undefined) faults.push(fault([name], { it: "Manca.", en: "It is missing." }));
    else collect(given, type, (path, error) => faults.push(fault([name, ...path], terse ? undefined : reasonOf(error))));
    if (faults.length >= most) break;
  }
  return faults;
}

/** How many faults are told of; each takes time to be told, and a thousand help nobody. */
const most = 10;

const enough = new Error("enough faults");

/** Reports what is wrong with a value, until there is enough. */
function collect(given: unknown, type: GraphQLInputType, report: (path: readonly (string | number)[], error: GraphQLError) => number): void {
  try {
    coerceInputValue(given, type, (path, _value, error) => {
      if (report(path, error) >= most) throw enough;
    });
  } catch (error) {
    if (error !== enough) throw error;
  }
}

const fault = (path: readonly (string | number)[], reason: Words | undefined): Said => {
  const place = path.join(".");
  const tail = (text: string | undefined): string => (text === undefined ? "" : ` ${text}`);
  return new Said({ it: `Il campo ${place} non è valido.${tail(reason?.it)}`, en: `The field ${place} is not valid.${tail(reason?.en)}` }, { code: "BAD_USER_INPUT", field: path.map(String) });
};

/** What graphql-js says about a value, without the value: by the pattern of its message, the words for people. */
const patterns: readonly (readonly [pattern: RegExp, words: (...names: string[]) => Words])[] = [
  [/^Field "(?:\w+\.)?(\w+)" of required type "([^"]+)" was not provided/, (name, type) => ({ it: `Manca ${name} (${type}).`, en: `${name} (${type}) is missing.` })],
  [/^Field "(\w+)" is not defined by type "(\w+)"/, (name, type) => ({ it: `${type} non ha il campo ${name}.`, en: `${type} has no field ${name}.` })],
  [/^Expected (?:non-nullable )?(?:type|value of type) "([^"]+)"/, type => ({ it: `Serve un valore di tipo ${type}.`, en: `A value of type ${type} is needed.` })],
  [/^(?:Value ".*" does not exist in "(\w+)" enum|Enum "(\w+)" cannot represent)/s, () => ({ it: "Non è uno dei valori ammessi.", en: "It is not one of the values allowed." })],
];

/** Why a value is not good: our scalars say so in words of their own; what graphql-js says is kept up to the value that it quotes. */
export function reasonOf(error: GraphQLError): Words {
  if (error instanceof Said) return error.words;
  for (const [pattern, words] of patterns) {
    const found = pattern.exec(error.message);
    if (found) return words(...found.slice(1));
  }
  return { it: "Il valore non è del tipo richiesto.", en: "The value is not of the type required." };
}
