/** The one municipality whose registry office the simulator serves. */
export const municipality = {
  name: "CUNEO",
  istatCode: "004078",
  province: "CN",
  /** Workstation of the certificate that the authority issues to it. */
  workstation: "004078-CO-0000",
} as const;
