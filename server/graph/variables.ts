import { coerceInputValue, GraphQLError, isInputType, Kind, typeFromAST, type GraphQLInputType, type GraphQLSchema, type OperationDefinitionNode } from "graphql";

/**
 * What is wrong with the variables of an operation, each by its path and without its value, which may be personal.
 * Empty when they are good. `terse` leaves out why, which would tell what the graph holds.
 */
export function faultsInVariables(schema: GraphQLSchema, operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>, terse = false): GraphQLError[] {
  const faults: GraphQLError[] = [];
  for (const definition of operation.variableDefinitions ?? []) {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type as never);
    const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (!isInputType(type) || (given === undefined && (definition.defaultValue || definition.type.kind !== Kind.NON_NULL_TYPE))) continue;
    if (given === undefined) faults.push(fault([name], "Manca."));
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

const fault = (path: readonly (string | number)[], reason: string | undefined): GraphQLError =>
  new GraphQLError(`Il campo ${path.join(".")} non è valido.${reason === undefined ? "" : ` ${reason}`}`, { extensions: { code: "BAD_USER_INPUT", field: path.map(String) } });

/** Our scalars say what is wrong in words of their own; what graphql-js says is kept up to the value that it quotes. */
function reasonOf(error: GraphQLError): string {
  if (error.originalError instanceof GraphQLError) return error.originalError.message;
  const missing = /^Field "(\w+)" of required type "([^"]+)" was not provided/.exec(error.message);
  if (missing) return `Manca ${missing[1]} (${missing[2]}).`;
  const unknown = /^Field "(\w+)" is not defined by type "(\w+)"/.exec(error.message);
  if (unknown) return `${unknown[2]} non ha il campo ${unknown[1]}.`;
  const expected = /^Expected (?:non-nullable )?type "([^"]+)"/.exec(error.message);
  if (expected) return `Serve un valore di tipo ${expected[1]}.`;
  return /^Value ".*" does not exist in "(\w+)" enum/s.test(error.message) ? "Non è uno dei valori ammessi." : "Il valore non è del tipo richiesto.";
}
