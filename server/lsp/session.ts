// One client's session: the workspace, its loading in slices, and the order of things. One thread, one writer:
// notifications change the workspace at once and ask for publishing; requests wait until loading is over, let
// cancellations in, then run to their end on a snapshot. Diagnostics are published when the queue is empty, so a
// burst of keystrokes is checked once. Checks that take longer than an edit may wait run afterwards, in slices between
// messages, and are given up when the next edit comes.

import {
  type CancellationToken,
  type ClientCapabilities,
  type Connection,
  LogMessageNotification,
  LSPErrorCodes,
  MessageType,
  ResponseError,
  ShowMessageNotification,
} from "vscode-languageserver";
import type { PolicyLoads } from "../features/extensions/status.ts";
import { testedView } from "../features/policyTest/diagnostics.ts";
import type { View } from "../features/view.ts";
import type { OpenDocument } from "../workspace/documents.ts";
import type { FileSystem } from "../workspace/fileSystem.ts";
import type { PositionEncoding } from "../workspace/lines.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { Workspace } from "../workspace/workspace.ts";
import { DEFAULT_SETTINGS, type Settings } from "./configuration.ts";
import { DiagnosticPull } from "./diagnosticPull.ts";
import { DiagnosticsHub } from "./diagnosticsHub.ts";
import { type Fit, fitsOf } from "./fit.ts";
import { PolicyLoadLog } from "./policyLoads.ts";
import { PolicyTests } from "./policyTests.ts";
import { Quiet } from "./quiet.ts";
import { Refresher } from "./refresh.ts";
import { pathOfUri, uriOfPath } from "./uris.ts";

/** Time between an edit and its diagnostics when nothing else happens: what came along with it is taken first. */
const PUBLISH_DELAY_MS = 1;
/** What checks of the open documents may take before an edit's diagnostics are published. */
const CHECK_BUDGET_MS = 3;
/** Quiet time before the other checks run, and how long they run between two looks at what has come in. */
const IDLE_DELAY_MS = 200;
const IDLE_SLICE_MS = 3;
/** Time without an edit after which a policy may be compiled anew to save memory, which takes a second. */
const TIDY_DELAY_MS = 20_000;
/** Updates that take as long wait for a pause in typing, and for how long at most. */
const SLOW_UPDATE_MS = 400;
const MOST_PAUSE_MS = 1500;
/** Files whose addresses are remembered. */
const MOST_URIS = 20_000;

export class Session {
  readonly workspace: Workspace;
  readonly hub: DiagnosticsHub;
  encoding: PositionEncoding = "utf-16";
  /** what the client can do, and what is done to answers because of what it cannot */
  client: ClientCapabilities = {};
  fits: ReadonlyMap<string, Fit> = new Map();
  /** URI of the folder of the checks' pages */
  checkPages: string | undefined;
  /** virtual documents about unsaved changes that the client has asked for */
  readonly shownDiffs = new Set<string>();
  /** true after `shutdown` */
  isOver = false;
  private readonly connection: Connection;
  private readonly pull: DiagnosticPull;
  private readonly refresher: Refresher;
  private readonly loads: PolicyLoadLog;
  private readonly tests = new PolicyTests();
  /** time that loading took and no policy has been charged with */
  private spent = 0;
  private settings: Settings = DEFAULT_SETTINGS;
  private loading: Promise<void> = Promise.resolve();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly uris = new Map<string, string>();
  private idleTimer: ReturnType<typeof setTimeout> | undefined;
  /** counts what sets checks back; a run of checks in idle time ends when it moves */
  private edits = 0;
  private editedAt = 0;
  /** those that wait until all checks have been run, or (false) an edit sets them back */
  private sleepers: ((isDone: boolean) => void)[] = [];
  private isSettled = true;
  private readonly quiet = new Quiet(TIDY_DELAY_MS, () => this.tidy());
  /** something else than the text of the one open document has changed since views were refreshed */
  private areViewsOld = false;

  constructor(connection: Connection, files: FileSystem) {
    this.connection = connection;
    this.workspace = new Workspace(files);
    this.hub = new DiagnosticsHub(connection);
    this.pull = new DiagnosticPull(connection, this);
    this.refresher = new Refresher(connection);
    this.loads = new PolicyLoadLog(connection);
  }

  /** Learns from the handshake what the client can do. */
  meet(client: ClientCapabilities): void {
    const { diagnostic, publishDiagnostics } = client.textDocument ?? {};
    this.client = client;
    this.fits = fitsOf(client);
    this.refresher.client = client;
    this.hub.ways = { pulls: diagnostic !== undefined, push: publishDiagnostics };
  }

  /** The client has no more questions. */
  end(): void {
    this.isOver = true;
    this.refresher.stop();
    this.quiet.stop();
    for (const timer of [this.timer, this.idleTimer]) if (timer !== undefined) clearTimeout(timer);
    this.wake(true);
  }

  configure(settings: Settings): void {
    const told = this.settings.mistakes.join("\n");
    this.settings = settings;
    const { backgroundLevel: _, inlayHints: _hints, mistakes, ...project } = settings;
    const text = mistakes.join("\n");
    if (text !== "" && text !== told)
      void this.connection.sendNotification(ShowMessageNotification.type, {
        type: MessageType.Warning,
        message: text,
      });
    this.workspace.configure(project);
    this.areViewsOld = true;
    this.schedulePublish();
  }

  /** Loads the policies at some paths, after whatever is loading already, with progress. Requests wait for it. */
  addRoots(paths: readonly string[], progress: boolean, before?: () => Promise<void>): Promise<void> {
    this.loading = this.loading
      .then(before)
      .then(() => this.load(paths, progress))
      .catch((error: unknown) => this.report(error));
    return this.loading;
  }

  private async load(paths: readonly string[], progress: boolean): Promise<void> {
    const bar = progress ? await this.connection.window.createWorkDoneProgress() : undefined;
    bar?.begin("Loading SELinux policy", 0);
    try {
      for (const path of paths) {
        const started = performance.now();
        const steps = this.workspace.addRoot(path);
        for (let step = steps.next(); step.done !== true; step = steps.next()) {
          const { done, total, what } = step.value;
          bar?.report(Math.round((90 * done) / Math.max(1, total)), `${what} ${done}/${total}`);
          await turn();
        }
        this.noteLoads(started);
      }
    } finally {
      bar?.done();
    }
    this.areViewsOld = true;
    this.schedulePublish();
  }

  /** Waits for what is loading, and for a pause where updates are slow, and lets cancellations in. */
  async ready(token: CancellationToken): Promise<void> {
    await this.loading;
    await turn();
    for (let left = this.pauseLeft(); left > 0 && !token.isCancellationRequested; left = this.pauseLeft())
      await new Promise((resolve) => setTimeout(resolve, Math.min(left, 50)));
    if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, "cancelled");
  }

  /** What is left of the pause that a slow update waits for; ordinary ones wait for none. */
  private pauseLeft(): number {
    const slow = this.workspace.pendingUpdateMs;
    if (slow < SLOW_UPDATE_MS || this.isOver) return 0;
    return this.editedAt + Math.min(slow, MOST_PAUSE_MS) - performance.now();
  }

  /** Waits until every check has been run; false when an edit came first. With `next`, until that is so anew. */
  async settled(token: CancellationToken, next = false): Promise<boolean> {
    if (this.isOver || (this.isSettled && !next)) return true;
    const cancelled = new ResponseError(LSPErrorCodes.RequestCancelled, "cancelled");
    const isDone = await new Promise<boolean>((resolve, reject) => {
      this.sleepers.push(resolve);
      token.onCancellationRequested(() => reject(cancelled));
    });
    return isDone;
  }

  /** An answer may have set checks back although no text changed: they are run when it has been given. */
  private resumeChecks(): void {
    if (!this.isSettled) return;
    setTimeout(() => {
      if (this.isSettled && !this.isOver && !this.workspace.isChecked) this.schedulePublish();
    }, 0);
  }

  private wake(isDone: boolean): void {
    for (const resolve of this.sleepers.splice(0)) resolve(isDone);
  }

  /** The version of an open document. */
  versionOf(uri: string): number | undefined {
    return this.workspace.document(pathOfUri(uri))?.version;
  }

  /** Publishes what is due, without waiting for a pause. */
  publishNow(): void {
    if (this.timer === undefined) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.publish();
  }

  /** Answers a request about a path from a snapshot. */
  async answer<T>(path: string, token: CancellationToken, run: (view: View) => T): Promise<T | null> {
    await this.ready(token);
    const snapshot = this.workspace.snapshotOf(path);
    this.resumeChecks();
    return snapshot === undefined ? null : run(this.viewOf(snapshot));
  }

  /** Answers a request about an open policy test from the policy that it is about. */
  async answerTest<T>(
    path: string,
    token: CancellationToken,
    run: (view: View, document: OpenDocument) => T,
  ): Promise<T | null> {
    await this.ready(token);
    const views = this.workspace.snapshots().map((snapshot) => this.viewOf(snapshot));
    this.resumeChecks();
    const document = this.workspace.document(path);
    const view = testedView(views, path);
    return document === undefined || view === undefined ? null : run(view, document);
  }

  /** What each policy has to say to a request. */
  async answerAll<T>(token: CancellationToken, run: (view: View) => T): Promise<readonly T[]> {
    await this.ready(token);
    return this.workspace.snapshots().map((snapshot) => run(this.viewOf(snapshot)));
  }

  get inlayHints(): Settings["inlayHints"] {
    return this.settings.inlayHints;
  }

  /** Answers a request about the policy of a path, or about the first one; undefined when there is none. */
  async answerPolicy<T>(
    path: string | undefined,
    token: CancellationToken,
    run: (view: View, loads: PolicyLoads) => T,
  ): Promise<T | undefined> {
    await this.ready(token);
    const started = performance.now();
    const snapshot = this.policyOf(path);
    if (snapshot === undefined) return undefined;
    this.resumeChecks();
    return run(this.viewOf(snapshot), this.loads.note(snapshot, performance.now() - started));
  }

  /** The policy that holds a path or gets an open document, else the first; asking makes no project of its own. */
  private policyOf(path: string | undefined): Snapshot | undefined {
    const { workspace } = this;
    if (path !== undefined && workspace.document(path) !== undefined) return workspace.snapshotOf(path);
    const snapshots = workspace.snapshots();
    const holds = path === undefined ? undefined : snapshots.find((one) => one.fileAt(path) !== undefined);
    return holds ?? snapshots[0];
  }

  /** Gives every policy that changed its next sequence number; the client hears of it. */
  private noteLoads(started: number): void {
    const snapshots = this.workspace.snapshots();
    const milliseconds = performance.now() - started + this.spent;
    this.spent = 0;
    for (const snapshot of snapshots) this.loads.note(snapshot, milliseconds);
  }

  viewOf(snapshot: Snapshot): View {
    const { workspace } = this;
    const uriOf = (path: string) => workspace.document(path)?.uri ?? this.uriOfFile(path);
    const versionOf = (path: string) => workspace.document(path)?.version;
    return { snapshot, encoding: this.encoding, uriOf, versionOf, checkPages: this.checkPages };
  }

  /** Asked for every file after each letter. */
  private uriOfFile(path: string): string {
    let uri = this.uris.get(path);
    if (uri === undefined) {
      if (this.uris.size >= MOST_URIS) this.uris.clear();
      uri = uriOfPath(path);
      this.uris.set(path, uri);
    }
    return uri;
  }

  /** Something else than a text has changed: what is shown of every document may be old. */
  schedulePublishOfAll(): void {
    this.areViewsOld = true;
    this.schedulePublish();
  }

  schedulePublish(): void {
    if (this.isOver) return;
    this.edits++;
    this.editedAt = performance.now();
    this.isSettled = false;
    this.wake(false);
    this.quiet.stop();
    if (this.idleTimer !== undefined) clearTimeout(this.idleTimer);
    if (this.timer !== undefined) clearTimeout(this.timer);
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        void this.loading.then(() => {
          if (!this.isOver) this.publish();
        });
      },
      Math.max(PUBLISH_DELAY_MS, this.pauseLeft()),
    );
  }

  /** Says what the open documents hear of an edit; the rest follows when nothing else has come. */
  private publish(): void {
    const { workspace, edits } = this;
    const started = performance.now();
    try {
      // An open document outside all projects gets a project of its own.
      for (const path of workspace.openPaths()) workspace.snapshotOf(path);
      workspace.snapshots();
      this.spent += performance.now() - started;
      workspace.freshen(CHECK_BUDGET_MS);
      this.publishOpen();
      this.noteLoads(performance.now());
      void this.inSlices(this.publishSteps(false), edits, () => {
        this.idleTimer = setTimeout(() => this.catchUp(edits), IDLE_DELAY_MS);
      });
    } catch (error) {
      this.report(error);
      this.settle();
    }
  }

  /** Runs what is left of the checks and publishes what they found. */
  private catchUp(edits: number): void {
    void this.inSlices(this.checkSteps(), edits, () => {
      // An answer that set checks back in the meantime ended them early: they are run again before all is said.
      if (this.workspace.isChecked) this.settle();
      else this.schedulePublish();
    });
  }

  private *checkSteps(): Generator<void, void> {
    for (const areOpenDone of this.workspace.catchUp()) {
      if (areOpenDone) this.publishOpen();
      yield;
    }
    yield* this.publishSteps(true);
  }

  /** Takes steps until they are done, with room for messages in between; gives them up when an edit comes. */
  private async inSlices(steps: Iterator<void>, edits: number, whenDone: () => void): Promise<void> {
    try {
      for (let until = 0; steps.next().done !== true; ) {
        if (performance.now() < until) continue;
        // What has come in is read in the first turn and acted upon in the second.
        await turn();
        await turn();
        if (this.edits !== edits || this.isOver) return;
        until = performance.now() + IDLE_SLICE_MS;
      }
      whenDone();
    } catch (error) {
      this.report(error);
      if (this.edits === edits) this.settle();
    }
  }

  /** All is said about the present state: those who wait go on, and a client that shows old things is told. */
  private settle(): void {
    this.isSettled = true;
    this.wake(true);
    if (this.isOver) return;
    if (this.pull.isStale) this.refresher.diagnostics();
    if (this.areViewsOld || this.workspace.openPaths().length > 1) this.refresher.views();
    this.refresher.documents(this.shownDiffs);
    this.areViewsOld = false;
    this.quiet.wait();
  }

  /** Compiles anew what edits have made large; the checks run again. */
  private tidy(): void {
    try {
      if (this.workspace.tidy()) this.schedulePublish();
    } catch (error) {
      this.report(error);
    }
  }

  private views(): readonly View[] {
    return this.workspace.snapshots().map((snapshot) => this.viewOf(snapshot));
  }

  private openDocuments(): readonly OpenDocument[] {
    const { workspace } = this;
    return workspace.openPaths().flatMap((path) => workspace.document(path) ?? []);
  }

  /** Hands what is open to the hub; policy tests as far as their own text goes. */
  private publishOpen(): void {
    const views = this.views();
    const documents = this.openDocuments();
    const tests = this.tests.diagnostics(views, documents, this.encoding, false);
    this.hub.publishOpen(views, documents, this.settings, tests);
  }

  /** Hands everything to the hub; policy tests are made anew when all else is known. */
  private *publishSteps(isLast: boolean): Generator<void, void> {
    // A step of its own before the first: the edit's own diagnostics are on their way by then.
    yield;
    const views = this.views();
    const tests = this.tests.diagnostics(views, this.openDocuments(), this.encoding, isLast);
    yield* this.hub.publish(views, (path) => this.workspace.document(path), this.settings, tests);
  }

  /** Errors go to the client's log; the session lives on. */
  report(error: unknown): void {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    void this.connection.sendNotification(LogMessageNotification.type, { type: MessageType.Error, message });
  }
}

/** Lets the event loop take what has come in meanwhile. */
function turn(): Promise<void> {
  if (typeof setImmediate === "function") return new Promise((resolve) => setImmediate(resolve));
  // A browser has no such thing, and its timers wait for milliseconds; a message to oneself does not.
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel() as unknown as BrowserChannel;
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

/** The browser's MessageChannel; the type checker knows Node's. */
interface BrowserChannel {
  readonly port1: { onmessage: (() => void) | null; close(): void };
  readonly port2: { postMessage(message: unknown): void };
}
