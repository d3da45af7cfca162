const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\//, "Edge"], [/\bOPR\//, "Opera"], [/\bSamsungBrowser\//, "Samsung Internet"], [/\bFirefox\/|\bFxiOS\//, "Firefox"],
  [/\bChrome\/|\bCriOS\//, "Chrome"], [/\bVersion\/.*\bSafari\//, "Safari"],
];
const systems: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, "iPhone"], [/\biPad\b/, "iPad"], [/\bAndroid\b/, "Android"], [/\bWindows\b/, "Windows"], [/\bMac OS X\b/, "macOS"], [/\bCrOS\b/, "ChromeOS"], [/\bLinux\b/, "Linux"],
];

/**
 * What a browser says of itself, in two words that its owner knows it by, such as `Firefox, Windows`; null when it says
 * neither. The rest of the header would tell people apart, so it is not kept.
 */
export function deviceOf(userAgent: string | undefined): string | null {
  const first = (names: typeof browsers): string | undefined => names.find(([pattern]) => pattern.test((userAgent ?? "").slice(0, 400)))?.[1];
  return [first(browsers), first(systems)].filter(Boolean).join(", ") || null;
}
