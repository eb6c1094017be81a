// What the tests use of playground.mjs.
import type { Server } from "node:http";

export function buildPlayground(out?: string): Promise<string>;
export function servePlayground(folder: string, port?: number): Promise<Server>;
