/** An element with text; nothing when there is no text. Names are the simulator's own, text is escaped. */
export const leaf = (name: string, text: string | undefined): string => (text === undefined || text === "" ? "" : `<${name}>${escape(text)}</${name}>`);

/** An element with children that are XML already; nothing when all of them are empty. */
export function node(name: string, ...children: readonly string[]): string {
  const content = children.join("");
  return content === "" ? "" : `<${name}>${content}</${name}>`;
}

const escape = (text: string): string => text.replace(/[<>&]/g, character => `&#${character.charCodeAt(0)};`);
