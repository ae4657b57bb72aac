import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { projectRoot } from "../lib/paths.js";
import { lintDockerfile } from "./support/linters.mjs";

const read = (path: string) => readFileSync(join(projectRoot, path), "utf8");
const dockerfiles = ["Dockerfile", ".devcontainer/Dockerfile"];
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

/** What npm is asked to run, in any of these files. */
const npmScripts = (text: string) =>
  [...text.matchAll(/npm (?:run )?(start|(?<=run )[\w:]+)/g)].map(([, name]) => name!);

/** No container is built where tests run: their files are held to a form, to each other and to what is there. */
describe("places to run in", () => {
  it.each(dockerfiles)(
    "%s has no errors that a kept linter knows, which finds one that is put in",
    (path) => {
      expect(lintDockerfile(read(path))).toEqual([]);
      expect(lintDockerfile(`${read(path)}\nCOPIE a b\n`).length).toBeGreaterThan(0);
    },
  );

  it("are the same base, pinned by version and digest, with the same packages of Debian", () => {
    const bases = dockerfiles.map((path) => /^FROM (\S+)$/m.exec(read(path))?.[1]);
    expect(bases[0]).toMatch(/^node:\d+\.\d+\.\d+-bookworm-slim@sha256:[0-9a-f]{64}$/);
    expect(bases[1]).toBe(bases[0]);
    const packages = dockerfiles.map((path) => /--no-install-recommends \\\n(.*) \\/.exec(read(path))?.[1]);
    expect(packages[1]).toBe(packages[0]);
  });

  it("the image runs as a user without rights, starts with npm start, and copies nothing that is built here", () => {
    const lines = read("Dockerfile").split("\n");
    expect(lines.indexOf("USER node")).toBeGreaterThan(0);
    expect(lines.indexOf("USER node")).toBeLessThan(lines.findIndex((line) => line.startsWith("COPY")));
    expect(lines).toContain('CMD ["npm", "start"]');
    for (const name of ["**/node_modules", ".venv", ".git", "data/cache", "lib/dist"])
      expect(read(".dockerignore").split("\n")).toContain(name);
  });

  it("call scripts that there are", () => {
    const files = [...dockerfiles, ".devcontainer/set-up.sh", ".devcontainer/devcontainer.json"];
    const called = [...files, ".binder/postBuild", ".binder/start"].flatMap((path) => npmScripts(read(path)));
    expect(called).toContain("build");
    for (const name of called) expect(scripts).toHaveProperty([name]);
  });

  it("a development container has what its description names", () => {
    const { build, postCreateCommand } = JSON.parse(read(".devcontainer/devcontainer.json")) as {
      build: { dockerfile: string };
      postCreateCommand: string;
    };
    expect(existsSync(join(projectRoot, ".devcontainer", build.dockerfile))).toBe(true);
    expect(existsSync(join(projectRoot, postCreateCommand.replace("bash ", "")))).toBe(true);
  });

  it("Binder has the Python package that draws in JupyterLab, and programs that can be run", () => {
    const { dependencies } = parse(read(".binder/environment.yml")) as { dependencies: string[] };
    const plotly = /^plotly==(\S+)$/m.exec(read("lib/notebook/requirements.txt"))![1];
    expect(dependencies).toContain(`plotly=${plotly}`);
    if (process.platform === "win32") return;
    for (const name of ["postBuild", "start"])
      expect(statSync(join(projectRoot, ".binder", name)).mode & 0o111, name).not.toBe(0);
  });
});
