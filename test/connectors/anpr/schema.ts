import { readFileSync } from "node:fs";
import { XmlDocument, XmlValidateError, XsdValidator } from "libxml2-wasm";
import { xmlRegisterFsInputProviders } from "libxml2-wasm/lib/nodejs.mjs";

xmlRegisterFsInputProviders();

/** A schema file with all it imports, ready to judge: what is wrong with a message, or nothing. */
export function openSchema(path: string): (xml: string) => string[] {
  using definition = XmlDocument.fromBuffer(readFileSync(path), { url: path });
  const validator = XsdValidator.fromDoc(definition);
  return xml => {
    using message = XmlDocument.fromString(xml);
    try {
      validator.validate(message);
      return [];
    } catch (error) {
      if (error instanceof XmlValidateError) return error.details.map(({ message: said }) => said);
      throw error;
    }
  };
}
