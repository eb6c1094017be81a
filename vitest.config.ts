/**
 * One suite, plain Node. Benchmarks are programs, not tests (`npm run bench`). Two workers, because that is
 * what the smallest machine we promise to support has; the oracles of the conformance tests are processes.
 */
import { defineConfig } from "vitest/config";
import { Order } from "./test/support/order.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/bench/**", "node_modules/**"],
    environment: "node",
    pool: "forks",
    // The product keeps no state in modules, so files may share them: loading them anew for each took a third of the time.
    isolate: false,
    maxWorkers: 2,
    sequence: { sequencer: Order },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    globalSetup: ["test/support/setup.ts"],
  },
});
