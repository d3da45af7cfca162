import { createLocalStorage } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import "graphiql/style.css";
import { useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import { createFetcher } from "./fetcher.ts";
import { Header } from "./header.tsx";
import "./ide.css";
import type { IdePage } from "../page.ts";
import { readPage } from "./page.ts";

const workers: Readonly<Record<string, string>> = { graphql: "graphql.worker.js", json: "json.worker.js" };

// Monaco asks for its workers here; they are files beside this one, so that nothing is fetched from elsewhere.
Object.assign(globalThis, {
  MonacoEnvironment: {
    getWorker: (_module: string, label: string) => new Worker(new URL(workers[label] ?? "editor.worker.js", import.meta.url), { type: "module", name: label }),
  },
});

function Ide({ page }: { readonly page: IdePage }) {
  const [token, setToken] = useState<string>();
  const fetcher = useMemo(() => createFetcher(page.endpoint, token), [page.endpoint, token]);
  const storage = useMemo(() => createLocalStorage({ namespace: `hub-${page.tabsVersion}` }), [page.tabsVersion]);
  return (
    <>
      <Header page={page} partner={token !== undefined} onToken={setToken} />
      <main className="hub-ide">
        <GraphiQL
          key={token ?? "session"}
          fetcher={fetcher}
          storage={storage}
          defaultTabs={page.tabs.map(({ query, variables }) => ({ query, variables: variables ?? null }))}
          defaultEditorToolsVisibility="variables"
        />
      </main>
    </>
  );
}

const place = document.getElementById("ide");
if (place) createRoot(place).render(<Ide page={readPage()} />);
