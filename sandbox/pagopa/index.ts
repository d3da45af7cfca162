import type { Simulator } from "../world.ts";
import { Carts } from "./checkout/carts.ts";
import { registerCheckout } from "./checkout/routes.ts";
import { Bank } from "./node/bank.ts";
import { Driver } from "./node/driver.ts";
import { registerNode } from "./node/routes.ts";
import { registerAca } from "./services/aca.ts";
import { registerBizEvents } from "./services/biz-events.ts";
import { registerFdr } from "./services/fdr.ts";
import { problem } from "./services/gateway.ts";
import { registerGpd } from "./services/gpd.ts";
import { defaultSettings, type NodeSettings } from "./settings.ts";

/** The pagoPA platform on loopback; `changes` replace the default settings, for tests that cannot wait an hour. */
export const createPagopa = (changes: Partial<NodeSettings> = {}): Simulator => ({
  name: "pagopa",
  async register(app, world) {
    const bank = new Bank({ ...defaultSettings, ...changes }, world);
    const driver = new Driver(bank);
    const carts = new Carts(bank, driver);
    app.setErrorHandler(async (error, _request, reply) => {
      const status = error instanceof Error && "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : 500;
      if (status >= 500) world.log.error({ err: error }, "the pagoPA simulator failed");
      const { body, contentType } = problem(status, status >= 500 ? "Internal server error" : "Bad request", "the request cannot be read");
      return reply.code(status).type(contentType!).send(body);
    });
    app.addHook("onClose", async () => {
      driver.receipts.close();
      carts.close();
    });
    registerNode(app, bank, driver);
    registerCheckout(app, bank, carts);
    registerAca(app, bank);
    registerGpd(app, bank);
    registerBizEvents(app, bank);
    registerFdr(app, bank);
  },
});

export const pagopa = createPagopa();
