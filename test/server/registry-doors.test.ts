import { expect, test } from "@jest/globals";
import { systemClock } from "../../kernel/clock.ts";
import { createLog } from "../../kernel/log.ts";
import type { AdministrationInfo } from "../../operations/hub.ts";
import { openRegistryDoors } from "../../server/registry-doors.ts";
import { settingsOf } from "../../server/settings.ts";

test("a key that cannot be read is told by its setting", async () => {
  const settings = settingsOf({ ANPR_KEY: "/nowhere/key.pem" });
  const opening = openRegistryDoors(settings, { istatCode: "004078" } as AdministrationInfo, { clock: systemClock, log: createLog("test", "silent"), onCall: () => undefined });
  await expect(opening).rejects.toThrow("ANPR_KEY: /nowhere/key.pem cannot be read (ENOENT)");
});
