import { X509Certificate } from "node:crypto";
import { rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { pino } from "pino";
import { openServiceProvider, type ServiceProvider } from "../../../connectors/spid/index.ts";
import { silentLog } from "../../../kernel/log.ts";
import { hubSettings, newFolder, now, openParties, pendingAt, trusting } from "./hub.ts";
import { assertionPath, base64, idp, idpMetadata, sign, unsignedResponse, weakCertificate } from "./identity-provider.ts";
import { refusalOf } from "./reading.ts";

const { own, provider, stranger, hub } = await openParties();

const correct = (): string => sign(unsignedResponse(pendingAt(2)), assertionPath, provider);

describe("trusted providers", () => {
  test("are described by their metadata", () => {
    const [found] = hub.providers();
    expect(found).toMatchObject({
      entityId: idp, name: { it: "Gestore di prova", en: "Test provider" }, validUntil: null,
      sso: { POST: `${idp}/sso/post`, REDIRECT: `${idp}/sso/redirect` },
      slo: { POST: { request: `${idp}/slo`, response: `${idp}/slo/answer` }, REDIRECT: { request: `${idp}/slo/redirect`, response: `${idp}/slo/redirect` } },
    });
    expect(found!.expiresAt.toISOString()).toBe(new X509Certificate(provider.certificate).validToDate.toISOString());
  });

  /** A hub whose clock and files the test moves. */
  function moving(idpMetadataSetting: string): { hub: ServiceProvider; later: (ms: number) => void; lines: () => Record<string, unknown>[] } {
    let time = now.getTime();
    const written: string[] = [];
    const log = pino({ level: "info" }, { write: line => void written.push(line) });
    const opened = openServiceProvider(hubSettings(own, idpMetadataSetting), { log, clock: { now: () => new Date(time) } });
    return { hub: opened, later: ms => void (time += ms), lines: () => written.map(line => JSON.parse(line) as Record<string, unknown>) };
  }
  const names = (open: ServiceProvider): string[] => open.providers().map(({ entityId }) => entityId);

  test("come from files and folders, one or many entities each, and are read again when a file changes, comes or goes", () => {
    const folder = newFolder();
    const single = join(trusting(idpMetadata([provider.certificate], "https://one.example.org")), "idp.xml");
    const { hub: opened, later } = moving(` ${folder} , ${single},`);
    expect(names(opened)).toEqual(["https://one.example.org"]);
    const two = `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">${["https://two.example.org", "https://three.example.org"].map(id => idpMetadata([provider.certificate], id)).join("")}</md:EntitiesDescriptor>`;
    writeFileSync(join(folder, "many.xml"), two);
    writeFileSync(join(folder, "notes.txt"), "not metadata");
    expect(names(opened)).toEqual(["https://one.example.org"]);
    later(1_000);
    expect(names(opened)).toEqual(["https://two.example.org", "https://three.example.org", "https://one.example.org"]);
    writeFileSync(join(folder, "many.xml"), two.replace(/<md:EntityDescriptor[\s\S]*?<\/md:EntityDescriptor>/, ""));
    later(1_000);
    expect(names(opened)).toEqual(["https://three.example.org", "https://one.example.org"]);
    rmSync(join(folder, "many.xml"));
    later(1_000);
    expect(names(opened)).toEqual(["https://one.example.org"]);
  });

  test("a changed key counts from the next look on, and the old one no more", () => {
    const folder = trusting(idpMetadata([provider.certificate]));
    const { hub: opened, later } = moving(folder);
    const answer = base64(correct());
    expect(opened.accept(answer, pendingAt(2), now).idp).toBe(idp);
    writeFileSync(join(folder, "idp.xml"), idpMetadata([stranger.certificate]));
    utimesSync(join(folder, "idp.xml"), now, now);
    later(1_000);
    expect(refusalOf(() => opened.accept(answer, pendingAt(2), now)).check).toBe("assertion.signature");
  });

  test("a file that cannot be read alarms and leaves in force what it said before", () => {
    const folder = trusting(idpMetadata([provider.certificate]));
    const { hub: opened, later, lines } = moving(folder);
    expect(names(opened)).toEqual([idp]);
    for (const broken of ["<!DOCTYPE a><a/>", idpMetadata([]), "garbage", idpMetadata([provider.certificate]).replace(/<md:SingleSignOnService[^>]*>/g, "")]) {
      writeFileSync(join(folder, "idp.xml"), broken);
      later(1_000);
      expect(names(opened)).toEqual([idp]);
    }
    expect(lines().filter(({ level }) => level === 50)).toHaveLength(4);
  });

  test("the first file that speaks of an entity wins", () => {
    const folder = trusting(idpMetadata([provider.certificate]));
    writeFileSync(join(folder, "later.xml"), idpMetadata([stranger.certificate]));
    expect(moving(folder).hub.accept(base64(correct()), pendingAt(2), now).idp).toBe(idp);
  });

  test("end with their validUntil, and certificates about to expire are announced", () => {
    const { hub: opened, later, lines } = moving(trusting(idpMetadata([provider.certificate], idp, ' validUntil="2026-11-23T10:00:05Z"')));
    expect(names(opened)).toEqual([idp]);
    later(3_600_000);
    expect(names(opened)).toEqual([]);
    expect(lines().some(({ level }) => level === 40)).toBe(false);
    const nearEnd = moving(trusting(idpMetadata([provider.certificate])));
    nearEnd.later(Date.parse("2035-12-15T00:00:00Z") - now.getTime());
    expect(names(nearEnd.hub)).toEqual([idp]);
    expect(nearEnd.lines().filter(({ level }) => level === 40)).toHaveLength(1);
  });

  test("a key below 2,048 bits is not trusted, and an encryption key signs nothing", async () => {
    const { hub: opened, lines } = moving(trusting(idpMetadata([await weakCertificate()])));
    expect(names(opened)).toEqual([]);
    expect(lines().some(({ level }) => level === 50)).toBe(true);
    const folder = trusting(idpMetadata([provider.certificate, stranger.certificate]).replace(/use="signing"(?=[\s\S]*use="signing")/, 'use="encryption"'));
    expect(refusalOf(() => moving(folder).hub.accept(base64(correct()), pendingAt(2), now)).check).toBe("assertion.signature");
  });

  test("none at all is no reason not to start", () => {
    expect(openServiceProvider(hubSettings(own, join(newFolder(), "nowhere")), { log: silentLog, clock: { now: () => now } }).providers()).toEqual([]);
  });
});
