import { defineConfig } from "vitest/config";

/** A busy machine takes minutes to load a model. */
const PATIENT = { hookTimeout: 600_000, testTimeout: 300_000 };
const project = (name: string, options = {}) => ({ test: { name, include: [`test/${name}/*.test.ts`], ...options } });
// A browser driven by keys loses one now and then; a second try is shown as such.
const projects = [project("unit"), project("host", PATIENT), project("ui", { ...PATIENT, retry: 1 })];

/** Measuring is no test: it is asked for by name. */
const measures = process.argv.includes("measure");

// One workbench at a time: each has a browser, an extension host and a model.
export default defineConfig({
  test: { fileParallelism: false, projects: measures ? [project("measure", PATIENT)] : projects },
});
