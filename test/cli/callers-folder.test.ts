import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { h01 } from "../../lib/hypotheses/h01.js";
import { projectRoot } from "../../lib/paths.js";
import { saveRun } from "../../lib/runs/save.js";
import { fakeRun } from "../runs/fake-run.mjs";
import { useTemporaryFolders } from "../runs/support.js";
import { command } from "./command.js";

const { root } = useTemporaryFolders();
const byNpm = (folder: string) => ({
  INIT_CWD: folder,
  npm_package_json: join(projectRoot, "package.json"),
});

beforeEach(async () => {
  await saveRun(fakeRun(h01.arms({ scale: "smoke" })[0]!.config, 1));
  mkdirSync(join(root(), "sub"));
});

it("a relative path of a command that npm runs is taken from the reader's folder", async () => {
  const { code, stderr } = await command("export --to out", { env: byNpm(join(root(), "sub")) });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(readFileSync(join(root(), "sub", "out", "runs.csv"), "utf8").split("\n")).toHaveLength(3);
});

it("so is one to read, and one in an environment variable", async () => {
  const env = { ...byNpm(root()), FILTER_SPARSITY_RUNS: "runs" };
  const { stdout } = await command("runs --json", { env });
  expect(JSON.parse(stdout)).toHaveLength(1);
  const given = await command("reproduce h01 --data cifar10=sub/none", { env });
  expect(given.stderr).toMatch(`${join(root(), "sub", "none")} does not exist`);
});

it("a folder that is not there, or another project's npm, changes nothing", async () => {
  const gone = byNpm(join(root(), "gone"));
  const other = { ...byNpm(root()), npm_package_json: join(root(), "package.json") };
  for (const env of [gone, other])
    expect((await command("reproduce h01 --data cifar10=none", { env })).stderr).toMatch(
      `${join(projectRoot, "none")} does not exist`,
    );
  expect(existsSync(join(projectRoot, "none"))).toBe(false);
});
