import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { homedir } from "node:os";
import * as vscode from "vscode";
import {
  type ClientCapabilities,
  CloseAction,
  ErrorAction,
  type FeatureState,
  LanguageClient,
  type Middleware,
  ProgressType,
  RevealOutputChannelOn,
  State,
  type StaticFeature,
} from "vscode-languageclient/node";
import type { RewriteServer } from "../rewriting/stream";
import { SECTION, serverSettings, setting } from "../settings";
import { type Capabilities, STATUS, type Status } from "../wire";
import { findServer, type Machine, type ServerLocation } from "./serverLocation";
import { mismatch } from "./versions";

/** There is no server to talk to; the message says what to do. */
export class NoServer extends Error {}

/** The machine that this extension runs on: where the files are, which need not be where the window is. */
export const THIS_MACHINE: Machine = {
  platform: process.platform,
  home: homedir(),
  env: process.env,
  isExecutable: (file) =>
    access(file, constants.X_OK).then(
      () => true,
      () => false,
    ),
};

/** The one language server of this window: found, started, watched, and started again. */
export class Connection implements RewriteServer, vscode.Disposable {
  status: Status = { state: "starting", message: "", model: "", device: "", queued: 0 };
  capabilities: Capabilities = {};
  location: ServerLocation | undefined;
  private client: LanguageClient | undefined;
  private starting: Promise<void> | undefined;
  private readonly statusChanged = new vscode.EventEmitter<Status>();
  private readonly ended = new vscode.EventEmitter<void>();

  /** The server said where its worker stands, or it is gone. */
  readonly onDidChangeStatus = this.statusChanged.event;
  /** The server died or was stopped, and with it what it knew of its jobs. */
  readonly onDidEnd = this.ended.event;

  constructor(
    private readonly properties: readonly string[],
    private readonly middleware: Middleware,
    readonly log: vscode.LogOutputChannel,
  ) {}

  /**
   * Start the server unless it runs.
   *
   * @throws NoServer It was not found, or did not start; WrongServerPath: the setting is wrong.
   */
  start(): Promise<void> {
    this.starting ??= this.launch().catch((error: unknown) => {
      this.starting = undefined;
      this.fail(error instanceof Error ? error.message : String(error));
      throw error;
    });
    return this.starting;
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.starting = undefined;
    this.capabilities = {};
    if (client?.state === State.Running) await client.stop().catch((error: unknown) => this.log.warn(String(error)));
    await client?.dispose().catch(() => undefined);
    this.ended.fire();
  }

  async restart(): Promise<void> {
    // A client that is starting cannot be stopped, and the next one could not register the same commands.
    await this.starting?.catch(() => undefined);
    await this.stop();
    await this.start();
  }

  async request<R>(method: string, params: object, token?: vscode.CancellationToken): Promise<R> {
    await this.start();
    // A token that is undefined would be sent as a second parameter.
    return token ? this.running.sendRequest<R>(method, params, token) : this.running.sendRequest<R>(method, params);
  }

  notify(method: string, params: object): void {
    if (this.client?.state !== State.Running) return;
    this.client.sendNotification(method, params).catch((error: unknown) => this.log.warn(String(error)));
  }

  onProgress<T>(token: string, listener: (value: T) => void): vscode.Disposable {
    return this.running.onProgress(new ProgressType<T>(), token, listener);
  }

  uriOf(document: vscode.TextDocument): string {
    return this.running.code2ProtocolConverter.asUri(document.uri);
  }

  /** Tell the server that settings changed: it asks for them. */
  announceSettings(): void {
    this.notify("workspace/didChangeConfiguration", { settings: null });
  }

  dispose(): void {
    void this.stop();
    this.statusChanged.dispose();
    this.ended.dispose();
  }

  private get running(): LanguageClient {
    if (!this.client) throw new NoServer("The specedit server does not run. Run “specedit: Restart the Server”.");
    return this.client;
  }

  private async launch(): Promise<void> {
    this.show({ state: "starting", message: "", model: "", device: "", queued: 0 });
    this.location = await findServer(THIS_MACHINE, {
      setting: setting("server.path", ""),
      interpreter: await activeInterpreter(),
    });
    if (!this.location) throw new NoServer("The specedit server is not installed on this machine.");
    const { command, origin } = this.location;
    const args = [...setting<string[]>("server.arguments", []), "lsp"];
    this.log.info(`starting ${command} ${args.join(" ")}, found by ${origin}`);
    const client = new LanguageClient(SECTION, "specedit", { command, args }, this.clientOptions());
    client.registerFeature(new StatusCapability());
    this.client = client;
    client.onNotification(STATUS, (status: Status) => this.show(status));
    client.onDidChangeState(({ newState }) => {
      if (newState !== State.Stopped || this.client !== client) return;
      this.ended.fire();
      this.fail("The server ended. Its log says why.");
    });
    await client.start();
    const { capabilities, serverInfo } = client.initializeResult ?? {};
    const ours = (capabilities?.experimental as { specedit?: Capabilities } | undefined)?.specedit;
    const problem = mismatch(ours, serverInfo?.version);
    if (problem) {
      await this.stop();
      throw new NoServer(problem);
    }
    this.capabilities = ours ?? {};
  }

  private clientOptions(): ConstructorParameters<typeof LanguageClient>[3] {
    return {
      documentSelector: [{ scheme: "file" }, { scheme: "untitled" }, { scheme: "vscode-userdata" }],
      initializationOptions: { ...serverSettings(this.properties), workspaceTrusted: vscode.workspace.isTrusted },
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      middleware: {
        ...this.middleware,
        workspace: {
          // The server asks for its groups one by one: `specedit.draft`, and so on.
          configuration: ({ items }) => {
            const settings = serverSettings(this.properties);
            return items.map(({ section }) => settings[section?.slice(SECTION.length + 1) ?? ""] ?? null);
          },
        },
      },
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue }),
        // The next rewrite starts it again: a server that cannot live is not started for ever.
        closed: () => {
          this.starting = undefined;
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    };
  }

  private fail(message: string): void {
    this.log.error(message);
    this.show({ ...this.status, state: "failed", message, percent: undefined });
  }

  private show(status: Status): void {
    this.status = status;
    this.statusChanged.fire(status);
  }
}

/** Tells the server that we want `specedit/status`. */
class StatusCapability implements StaticFeature {
  fillClientCapabilities(capabilities: ClientCapabilities): void {
    capabilities.experimental = { ...(capabilities.experimental as object | undefined), specedit: { status: true } };
  }
  initialize(): void {}
  clear(): void {}
  getState(): FeatureState {
    return { kind: "static" };
  }
}

/** The interpreter that the Python extension has chosen. A workspace that is not trusted chooses nothing. */
async function activeInterpreter(): Promise<string | undefined> {
  if (!vscode.workspace.isTrusted) return undefined;
  const python = vscode.extensions.getExtension<PythonApi>("ms-python.python");
  if (!python) return undefined;
  const api = await python.activate();
  return api?.environments?.getActiveEnvironmentPath(vscode.workspace.workspaceFolders?.[0]?.uri)?.path;
}

interface PythonApi {
  readonly environments?: { getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string } | undefined };
}
