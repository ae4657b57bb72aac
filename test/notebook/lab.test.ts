import { delimiter } from "node:path";
import { expect, test, vi } from "vitest";
import { labArguments } from "../../lib/cli/lab.js";
import { jupyterEnvironment } from "../../lib/cli/python.js";

test("JupyterLab listens on the loopback interface only, and its token is not among the arguments", () => {
  const words = labArguments({ port: 8888, page: "/lab", browser: false });
  expect(words).toContain("--ServerApp.ip=127.0.0.1");
  expect(words.join(" ")).not.toMatch(/0\.0\.0\.0|token|password/i);
});

test.each([
  [0, true],
  [1000, false],
])("running as root is allowed for user id %i: %s", (id, allowed) => {
  const getuid = vi.spyOn(process, "getuid").mockReturnValue(id);
  expect(labArguments({ port: 1, page: "/lab", browser: true }).includes("--allow-root")).toBe(allowed);
  getuid.mockRestore();
});

test("the project's kernel comes before those of the machine, which stay", () => {
  vi.stubEnv("JUPYTER_PATH", "/elsewhere");
  const folders = jupyterEnvironment().JUPYTER_PATH?.split(delimiter);
  expect(folders?.[0]).toMatch(/lib.notebook$/);
  expect(folders?.[1]).toBe("/elsewhere");
  vi.unstubAllEnvs();
});
