import * as vscode from "vscode";
import { Rewrite } from "../rewriting/rewrite";
import type { Connection } from "../server/connection";
import { setting } from "../settings";
import { HISTORY } from "../wire";
import type { Foresight } from "./foresight";
import { mergeHistory } from "./history";
import { type Answer, InstructionBox, type Presets } from "./instructionBox";
import { MultilineBox } from "./multilineBox";
import { type Reach, type Target, targetOf } from "./selections";

const HISTORY_KEY = "instructions";

/** What the user asked for. */
export interface Request {
  readonly ranges: readonly vscode.Range[];
  readonly instruction: string;
}

/** Asks what should change, and remembers the answers of this workspace. */
export class Asking implements vscode.Disposable {
  readonly box = new InstructionBox();
  readonly multiline = new MultilineBox();

  constructor(
    private readonly connection: Connection,
    private readonly foresight: Foresight,
    private readonly memory: vscode.Memento,
  ) {}

  /** Ask for an instruction for what is selected; undefined if the user turned away. */
  async askFor(editor: vscode.TextEditor): Promise<Request | undefined> {
    const history = await this.history();
    for (let reach: Reach = "function"; ;) {
      const target = targetOf(editor, reach);
      // Text above may move until the instruction is there.
      const place = Rewrite.begin(editor.document, "", target.ranges);
      try {
        const answer = await this.box.ask({
          title: `Rewrite ${target.name}`,
          presets: presetsOf(editor.document),
          history,
          otherReach: otherReach(editor, target, reach),
          onType: (typed) => this.foresight.prepare(editor.document, place.ranges, typed),
        });
        if (!answer || !("otherReach" in answer)) return await this.finish(place, target.name, answer);
        reach = reach === "function" ? "line" : "function";
      } finally {
        place.dispose();
      }
    }
  }

  /** Ask for a further instruction for a rewrite. */
  async askFurther(rewrite: Rewrite): Promise<Request | undefined> {
    const [earlier] = rewrite.instruction.split("\n");
    const answer = await this.box.ask({ title: `Refine “${earlier}”`, presets: {}, history: await this.history() });
    return this.finish(rewrite, "the rewrite", answer);
  }

  /** Let the user pick one of the presets. */
  async askForPreset(editor: vscode.TextEditor): Promise<Request | undefined> {
    const target = targetOf(editor);
    const presets = Object.entries(presetsOf(editor.document)).map(([label, detail]) => ({ label, detail }));
    const place = Rewrite.begin(editor.document, "", target.ranges);
    try {
      const picked = await vscode.window.showQuickPick(presets, {
        title: `Rewrite ${target.name}`,
        placeHolder: "Which change?",
        matchOnDetail: true,
      });
      return picked && { ranges: place.ranges, instruction: picked.detail };
    } finally {
      place.dispose();
    }
  }

  /** Remember an instruction for the next time. */
  async remember(instruction: string): Promise<void> {
    await this.memory.update(HISTORY_KEY, mergeHistory([instruction], this.memory.get<string[]>(HISTORY_KEY, [])));
  }

  dispose(): void {
    this.box.dispose();
    this.multiline.dispose();
  }

  private async finish(place: Rewrite, name: string, answer: Answer | undefined): Promise<Request | undefined> {
    if (!answer || "otherReach" in answer) return undefined;
    const instruction =
      "instruction" in answer
        ? answer.instruction
        : await this.multiline.ask(place.document, place.ranges[0], `Rewrite ${name}`, answer.multiline);
    return instruction === undefined ? undefined : { ranges: place.ranges, instruction };
  }

  private async history(): Promise<string[]> {
    const own = this.memory.get<string[]>(HISTORY_KEY, []);
    if (!this.connection.capabilities.history) return own;
    try {
      const { instructions } = await this.connection.request<{ instructions: string[] }>(HISTORY, {});
      return mergeHistory(own, instructions);
    } catch {
      return own; // A server that is busy dying must not keep the user from asking.
    }
  }
}

/** The presets of the user's settings. */
export function presetsOf(document: vscode.TextDocument): Presets {
  return setting<Presets>("presets", {}, document);
}

function otherReach(editor: vscode.TextEditor, target: Target, reach: Reach): string | undefined {
  const { selections } = editor;
  if (selections.length > 1 || !selections[0].isEmpty) return undefined;
  if (reach === "line") return "Rewrite the enclosing function";
  return target.name.startsWith("function") ? "Rewrite this line only" : undefined;
}
