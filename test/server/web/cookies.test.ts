import { describe, expect, test } from "@jest/globals";
import { cookiesFor } from "../../../server/web/cookies.ts";

const endsAt = new Date("2026-11-23T16:00:00Z");

describe("behind https", () => {
  const cookies = cookiesFor("https://sportello.example");

  test("every cookie is bound to the host, secure and out of scripts' reach; only the one that must come along from the provider's page does", () => {
    expect(cookies.setSession("s3cret", endsAt)).toBe("__Host-session=s3cret; Path=/; Expires=Mon, 23 Nov 2026 16:00:00 GMT; HttpOnly; Secure; SameSite=Lax");
    expect(cookies.setBrowser("s3cret")).toBe("__Host-browser=s3cret; Path=/; HttpOnly; Secure; SameSite=None");
    expect(cookies.clearSession()).toBe("__Host-session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax");
  });

  test("a cookie that another host of the domain could have set is not looked at", () => {
    expect(cookies.session("session=planted; __Host-session=own")).toBe("own");
    expect(cookies.browser("browser=planted")).toBeUndefined();
  });
});

test("on a laptop they are plain, and nothing keeps them from coming along", () => {
  const cookies = cookiesFor("http://localhost:4000");
  expect(cookies.setBrowser("s3cret")).toBe("browser=s3cret; Path=/; HttpOnly");
  expect([cookies.session("session=one; browser=other"), cookies.browser("session=one; browser=other"), cookies.session(""), cookies.session("session="), cookies.session(undefined)]).toEqual(["one", "other", undefined, undefined, undefined]);
});
