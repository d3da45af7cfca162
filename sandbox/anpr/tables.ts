import { crc32, deflateRawSync } from "node:zlib";
import { documentPlace } from "./messages.ts";
import { refused, type Outcome } from "./search.ts";
import { leaf, node } from "./xml.ts";

/** The tables of codes that the simulator has, by number: rows of id and description. */
const tables: Readonly<Record<string, readonly (readonly [id: string, text: string])[]>> = {
  "001": [["1", "Celibe/Nubile"], ["2", "Coniugato/a"], ["3", "Vedovo/a"], ["4", "Divorziato/a"], ["6", "Unito/a civilmente"], ["9", "Non documentato"]],
  "006": [["1", "Responsabile"], ["2", "Membro"], ["3", "Altro, \"ospite\" o simile"], ["9", "Ignoto"]],
  "058": [["1", "Bozza"], ["2", "Aperta"], ["3", "In lavorazione"], ["4", "Conclusa"]],
};

/** Answers operation 7001: the table as comma-separated values in a ZIP archive, or EN148 for a number that there is not. */
export function tableAnswer(number: string): Outcome {
  const rows = tables[number];
  if (!rows) return refused("EN148", "idTabella");
  const quoted = (text: string) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const file = ["ID,DESCRIZIONE,ORDINAMENTO,DATAINIZIOVALIDITA,DATAFINEVALIDITA", ...rows.map(([id, text]) => `${id},${quoted(text)},,,`)].join("\r\n");
  return {
    content: node("datiDettaglioRisposta", leaf("idTabella", number), node("xmlFile", documentPlace(0))),
    warnings: [], documents: [archiveOf(`tabella_${number}.csv`, Buffer.from(`${file}\r\n`))],
  };
}

/** A ZIP archive of one file. */
function archiveOf(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content);
  const title = Buffer.from(name);
  const described = Buffer.alloc(26);
  described.writeUInt16LE(20, 0);
  described.writeUInt16LE(8, 4);
  described.writeUInt32LE(crc32(content), 10);
  described.writeUInt32LE(packed.length, 14);
  described.writeUInt32LE(content.length, 18);
  described.writeUInt16LE(title.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), described, title, packed]);
  const directory = Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), described, Buffer.alloc(14), title]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, directory, Buffer.from("PK\x05\x06", "latin1"), end]);
}
