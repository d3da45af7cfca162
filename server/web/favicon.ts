import type { FastifyInstance } from "fastify";

/** A public building, in the blue of the pages. */
const picture = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#0059b3"/><path d="M6 13.5 16 7l10 6.5V15H6zM8 17h3v6H8zm6.5 0h3v6h-3zm6.5 0h3v6h-3zM6 24.5h20v2H6z" fill="#fff"/></svg>';

/** Where pages say that their picture is; browsers that were not told look for it under the second name. */
export const favicon = "/favicon.svg";

/** Serves the picture that browsers show beside the title of a page. */
export function registerFavicon(app: FastifyInstance): void {
  for (const path of [favicon, "/favicon.ico"]) app.get(path, (_request, reply) => reply.header("content-type", "image/svg+xml").header("cache-control", "public, max-age=86400").send(picture));
}
