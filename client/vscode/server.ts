// A language client as the rest of the extension sees it: questions wait until the server runs, and whoever asks gets
// an answer or an error with the server's own words.

import type { BaseLanguageClient } from "vscode-languageclient";
import type { Server } from "./protocol.ts";

interface Announced {
  readonly selinux?: { readonly methods?: readonly string[] };
}

/** Wraps a client of either host. */
export function createServer(client: BaseLanguageClient): Server {
  let running: Promise<void> = Promise.resolve();
  const start = (): Promise<void> => {
    running = client.start();
    return running;
  };
  return {
    start,
    stop: () => client.stop(),
    restart: () => {
      running = client.stop().then(() => client.start());
      return running;
    },
    get state() {
      return client.state;
    },
    get methods() {
      const announced = client.initializeResult?.capabilities.experimental as Announced | undefined;
      return announced?.selinux?.methods ?? [];
    },
    async ask<T>(method: string, params: object): Promise<T> {
      await running;
      return client.sendRequest<T>(method, params);
    },
    showLog: () => client.outputChannel.show(true),
  };
}
