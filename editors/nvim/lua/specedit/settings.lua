-- Written by `specedit settings --format lua`: change specedit_lsp/settings.py instead.

---The target model.
---@class specedit.ModelSettings
---@field path? string A folder with a model in safetensors format, a name on the hub that is already in its cache, or `specedit-mini`, the bundled model.
---@field device? string `auto`, `cpu`, `cuda` or `cuda:N`. Auto takes the first GPU if there is one.
---@field dtype? "auto"|"float32"|"bfloat16"|"float16" Precision of the weights in memory. Auto is the checkpoint's own on a GPU; on a CPU it is float32, or bfloat16 if the checkpoint is and the CPU has instructions for it.
---@field quantization? "none"|"int8"|"int4" Weights of fewer bits, by torchao: less memory, another model. `int4` needs a GPU.
---@field tensorParallel? integer GPUs that the model is split over, for one that is too large for any of them: the first so many that are visible. With `model.device` at `cpu` processes of this machine, to try it out.

---Drafting: where guesses come from and how long they may be.
---@class specedit.DraftSettings
---@field sources? ("rewrite"|"selection"|"induced"|"indented"|"memory"|"lookup"|"rules"|"common"|"model")[] Draft sources in use. Empty switches drafting off: slower, same output.
---@field width? integer Most draft tokens one forward checks. How many it does follows from what they cost on this machine.
---@field branches? integer Most drafts one forward checks, as a tree; 1 is the best one alone.
---@field model? string A small model that drafts where there is nothing to copy: a folder or a name, as `model.path`; best with the same tokenizer, as `specedit-nano` for the bundled model. Empty for none.
---@field microDraftTokens? integer Most tokens that prompt lookup proposes to the draft model at a time.
---@field maxNumRun? integer Most forwards of the draft model for one draft.
---@field maxNgram? integer Longest match that prompt lookup looks for on behalf of the draft model.

---What the model sees besides the selection.
---@class specedit.ContextSettings
---@field maxTokens? integer Token budget for text around the selection: the nearest lines, the headers above it, the imports.
---@field rules? string[] Files below the workspace's root that may tell the model the project's rules; the first that is there counts. One that git ignores or that looks like a secret is never read.
---@field rulesTokens? integer Token budget for the project's rules.

---How hunks travel to the editor.
---@class specedit.StreamSettings
---@field mode? "line"|"hunk"|"atomic" `line` sends each changed line as soon as it is verified; `hunk` sends together what is verified within `stream.coalesceMilliseconds`; `atomic` sends one edit at the end.
---@field coalesceMilliseconds? integer Hunks that are verified within this time of each other are sent together.
---@field onCancel? "revert"|"keep" What becomes of hunks already shown when you cancel: `revert` takes them back, `keep` keeps them.

---The process that owns the model.
---@class specedit.WorkerSettings
---@field url? string A worker on another machine: `https://host:port`. Empty for one of this machine, which is started when it is needed. `specedit worker login URL` keeps its token, or `$SPECEDIT_TOKEN` holds it.
---@field kind? "specedit"|"openai" What answers at `worker.url`: a specedit worker, or another engine behind OpenAI's API (vLLM, SGLang, llama.cpp), which drafts in its own way or not at all.
---@field model? string The model to ask for where `worker.kind` is `openai`; empty for the only one that is there.
---@field allowPlainHttp? boolean Whether `worker.url` may be `http` to another machine: whoever is between then reads code and token.
---@field maxQueued? integer Rewrites that may wait besides those under way; further ones are refused. One window may have half of all.
---@field concurrent? integer Rewrites that take turns on the model; further ones wait. Windows take turns forward by forward, however many rewrites each has, and the last place is kept for a window that has none under way.
---@field cacheMegabytes? integer Memory for what was read of earlier prompts, which the next rewrite need not read again.
---@field threads? integer CPU threads of the model; 0 takes all cores but one, which the editor keeps.
---@field idleMinutes? number A worker that no window and no command uses any more ends after so many minutes; with 0 at once.

---The log files in the user's log folder.
---@class specedit.LogSettings
---@field level? "error"|"warning"|"info"|"debug" How much is written. Only `debug` may write text of documents and instructions.

---Rewrites kept on this machine, in the user's state folder, to look at later.
---@class specedit.TraceSettings
---@field keep? "none"|"last"|"all" `last` keeps the newest 50 rewrites with their text and prompts, `all` every one, for `specedit trace` and `specedit audit --last`.

---All settings. A value: changed settings are another object.
---@class specedit.Settings
---@field model? specedit.ModelSettings
---@field draft? specedit.DraftSettings
---@field context? specedit.ContextSettings
---@field stream? specedit.StreamSettings
---@field worker? specedit.WorkerSettings
---@field log? specedit.LogSettings
---@field trace? specedit.TraceSettings
---@field presets? table<string, string> Instructions offered as code actions: title and instruction.

---@type specedit.Settings
return {
  model = {
    path = "specedit-mini",
    device = "auto",
    dtype = "auto",
    quantization = "none",
    tensorParallel = 1,
  },
  draft = {
    sources = { "rewrite", "selection", "induced", "indented", "memory", "lookup", "rules", "common", "model" },
    width = 512,
    branches = 8,
    model = "",
    microDraftTokens = 80,
    maxNumRun = 4,
    maxNgram = 10,
  },
  context = {
    maxTokens = 1024,
    rules = { ".specedit/rules.md", "AGENTS.md" },
    rulesTokens = 1024,
  },
  stream = {
    mode = "hunk",
    coalesceMilliseconds = 30,
    onCancel = "revert",
  },
  worker = {
    url = "",
    kind = "specedit",
    model = "",
    allowPlainHttp = false,
    maxQueued = 32,
    concurrent = 4,
    cacheMegabytes = 2048,
    threads = 0,
    idleMinutes = 10,
  },
  log = {
    level = "info",
  },
  trace = {
    keep = "none",
  },
  presets = {
    ["Add a docstring"] = "add a docstring",
    ["Add type hints"] = "add type hints",
    Simplify = "simplify this code without changing what it does",
  },
}
