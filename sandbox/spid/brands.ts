/** One of the identity providers that the sandbox plays. */
export interface Brand {
  /** First part of its addresses; with the sandbox's address it is also its entityID. */
  readonly path: `/${string}`;
  /** Its name on pages and in its metadata. */
  readonly name: string;
  /** Which rules it follows: SPID's, or those of the electronic identity card where they differ. */
  readonly scheme: "spid" | "cie";
  /** The four letters that open the `spidCode` of its identities. */
  readonly code: string;
  /** Where its metadata is written, under the sandbox's data folder: one folder per scheme holds nothing else that ends in `.xml`. */
  readonly metadataFile: string;
}

/** Two SPID providers, so that there is a choice to offer, and the electronic identity card. */
export const brands: readonly Brand[] = [
  { path: "/spid", name: "Identità Uno", scheme: "spid", code: "UNOX", metadataFile: "spid/idp-metadata.xml" },
  { path: "/spid2", name: "Identità Due", scheme: "spid", code: "DUEX", metadataFile: "spid/idp2-metadata.xml" },
  { path: "/cie", name: "Carta d'identità elettronica", scheme: "cie", code: "CIEX", metadataFile: "cie/idp-metadata.xml" },
];

/** The addresses of a brand's services, given where the sandbox listens. */
export const endpointsOf = (brand: Brand, sandboxUrl: string) => {
  const entityId = `${sandboxUrl}${brand.path}`;
  return {
    entityId,
    metadata: `${entityId}/metadata`,
    sso: { post: `${entityId}/sso/post`, redirect: `${entityId}/sso/redirect` },
    slo: { post: `${entityId}/slo/post`, redirect: `${entityId}/slo/redirect` },
    /** Where the electronic identity card ends its session: a page to open, no SAML. */
    logout: `${entityId}/logout`,
  };
};

export type Endpoints = ReturnType<typeof endpointsOf>;
