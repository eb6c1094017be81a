/** The server as a web worker in a browser: files come in a message, diagnostics and answers go out. No Node there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithOracle } from "../support/oracles.ts";
import { ROOT } from "../tidy/sources.ts";
import { CHROMIUM, installVsCode } from "./vscodeHost.ts";

const MODULE =
  "module tiny 1.0;\nrequire { class file { read write }; }\ntype a_t;\nallow a_t b_t:file read;\n";
const FIXED = MODULE.replace("b_t", "a_t");

describeWithOracle("the web worker", installVsCode() === undefined ? ["chromium"] : [], () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  }, 60_000);
  afterAll(() => browser?.close());

  it("loads, finds a mistake, follows a changed file and answers a custom request", async () => {
    const page = await browser.newPage();
    const script = readFileSync(join(ROOT, "dist/worker.js"), "utf8");
    expect(script).not.toMatch(/require\("(node:|fs|path)/);
    await page.route("http://worker.test/**", (route) =>
      route.request().url().endsWith(".js")
        ? route.fulfill({ contentType: "text/javascript", body: script })
        : route.fulfill({ contentType: "text/html", body: "<title>worker</title>" }),
    );
    await page.goto("http://worker.test/");
    const seen = await page.evaluate(talk, [MODULE, FIXED]);
    expect(seen.first).toBe("mem://host/work/tiny.te req-type");
    expect(seen.second).toBe("mem://host/work/tiny.te ");
    expect(seen.status).toMatchObject({ project: { kind: "modules", modules: 1 } });
  });
});

/** Runs in the page: the client's half of the protocol, as little as is needed. */
async function talk([broken, fixed]: string[]): Promise<{ first: string; second: string; status: unknown }> {
  interface Message {
    readonly id?: number;
    readonly method?: string;
    readonly result?: unknown;
    readonly params?: { readonly uri?: string; readonly diagnostics?: readonly { readonly code?: string }[] };
  }
  interface Port {
    onmessage: (event: { readonly data: Message }) => void;
    postMessage(message: unknown): void;
  }
  const page = globalThis as unknown as { readonly Worker: new (url: string) => Port };
  const worker = new page.Worker("http://worker.test/worker.js");
  const inbox: Message[] = [];
  const next = async (test: (message: Message) => boolean): Promise<Message> => {
    for (;;) {
      const at = inbox.findIndex(test);
      if (at >= 0) return inbox.splice(at, 1)[0] as Message;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  worker.onmessage = ({ data }) => {
    // Whatever the server asks of its client, it gets nothing.
    if (data.id !== undefined && data.method !== undefined)
      worker.postMessage({ jsonrpc: "2.0", id: data.id, result: null });
    else inbox.push(data);
  };
  const send = (message: object): void => worker.postMessage({ jsonrpc: "2.0", ...message });
  const uri = "mem://host/work/tiny.te";
  worker.postMessage({ files: [[uri, broken]] });
  await next((message) => "started" in message);
  const workspaceFolders = [{ uri: "mem://host/work", name: "work" }];
  send({
    id: 1,
    method: "initialize",
    params: { processId: null, rootUri: null, capabilities: {}, workspaceFolders },
  });
  await next((message) => message.id === 1);
  send({ method: "initialized", params: {} });
  const told = async (): Promise<string> => {
    const { params } = await next((one) => one.method === "textDocument/publishDiagnostics");
    return `${params?.uri} ${params?.diagnostics?.map((one) => one.code).join(" ")}`;
  };
  const first = await told();
  send({ method: "selinux/files", params: { files: [[uri, fixed]] } });
  const second = await told();
  send({ id: 2, method: "selinux/status", params: {} });
  const { result } = await next((message) => message.id === 2);
  return { first, second, status: result };
}
