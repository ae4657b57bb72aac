import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, sep } from "node:path";
import { create, extract } from "tar";
import { UserError } from "../errors.js";
import { archivedFile, codeState, sidecarPaths } from "../export/git.js";
import { readCitation } from "../paper/metadata.js";
import { projectRoot } from "../paths.js";
import { describeArm } from "../runs/describe.js";
import { eachRun } from "../runs/store.js";
import { type CrateRun, crateOf } from "./crate.js";
import { checksumsFile, checksumsOf, filesBelow } from "./files.js";
import { linkPackages, made, rebuild } from "./rebuild.js";

export interface ArchiveOptions {
  /** Folder for the file. Default: the working folder. */
  out?: string;
  print: (line: string) => void;
}

const git = (...words: string[]): string =>
  execFileSync("git", ["-C", projectRoot, ...words], { encoding: "utf8", maxBuffer: 2 ** 26 }).trim();

/**
 * One file with everything that the paper is: the code and records of the last commit, the executed notebooks, figures,
 * tables, site and verdicts made from them anew, metadata (RO-Crate), and checksums. Returns its path.
 *
 * @throws UserError outside a checkout, and where something is not committed
 */
export async function makeArchive({ out = ".", print }: ArchiveOptions): Promise<string> {
  const { commit, dirty } = codeState(projectRoot, ["."]);
  if (commit === "unknown") throw new UserError("An archive is made of a git checkout, and this is none.");
  if (dirty)
    throw new UserError(
      "Something here is not committed (git status says what). An archive has a commit's files.",
    );
  const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as {
    version: string;
  };
  const name = `implicit-filter-sparsity-${version}`;
  const aside = mkdtempSync(join(tmpdir(), "filter-sparsity-archive-"));
  const folder = join(aside, name);
  try {
    print(`takes the files of commit ${commit.slice(0, 12)}`);
    const committed = join(aside, "committed.tar");
    git("archive", `--prefix=${name}/`, `--output=${committed}`, "HEAD");
    await extract({ file: committed, cwd: aside });
    writeFileSync(join(folder, archivedFile), `${JSON.stringify(commitsOf(commit), null, 2)}\n`);
    linkPackages(folder, projectRoot);
    const fresh = join(aside, "made");
    await rebuild({ folder, out: fresh, print });
    for (const part of Object.values(made)) {
      rmSync(join(folder, part), { recursive: true, force: true });
      cpSync(join(fresh, part), join(folder, part), { recursive: true });
    }
    for (const own of ["node_modules", join("lib", "dist"), join("lib", ".builds"), join("data", "cache")])
      rmSync(join(folder, own), { recursive: true, force: true });
    const date = git("log", "-1", "--format=%cI");
    writeFileSync(
      join(folder, "ro-crate-metadata.json"),
      `${JSON.stringify(describe(folder, version, date))}\n`,
    );
    writeFileSync(join(folder, checksumsFile), checksumsOf(folder, filesBelow(folder)));
    const file = join(out, `${name}.tar.gz`);
    const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.tmp`);
    // The same commit gives the same bytes, where the pictures are the same.
    const paths = filesBelow(folder).map((path) => `${name}/${path}`);
    await create({ file: temporary, cwd: aside, gzip: true, portable: true, mtime: new Date(date) }, paths);
    renameSync(temporary, file);
    return file;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** What `codeState` is asked in the project, for where there is no git to ask. */
function commitsOf(commit: string): { commit: string; commits: Record<string, string> } {
  const notebooks = git("ls-files", "notebooks/*.ipynb").split("\n");
  const asked = [[...sidecarPaths], ...notebooks.map((path) => [path])];
  const entries = asked.map((paths) => [paths.join(" "), git("log", "-1", "--format=%H", "--", ...paths)]);
  return { commit, commits: Object.fromEntries(entries) };
}

function describe(folder: string, version: string, date: string): object {
  const { title, authors, license = "MIT", keywords } = readCitation(join(folder, "CITATION.cff"));
  return crateOf(
    {
      ...{ title, authors, license, keywords, version, date },
      description:
        "Code, records of all runs, executed notebooks, figures, tables, verdicts and site of a reproduction of Mehta, Kim and Theobalt (CVPR 2019). README.md says how to read and rebuild it; SHA256SUMS has every file's checksum.",
      parts: {
        "lib/": "The library, TypeScript",
        "test/": "Its tests",
        "notebooks/": "The executed notebooks",
        "figures/": "Figures and tables, each with a sidecar",
        "data/": "Records of all runs, measured latencies, crosschecks",
        "site/": "The paper as a static site",
        "verdicts.json": "The verdict on every hypothesis, computed from the records",
        "README.md": "How to read, rerun and rebuild",
      },
    },
    crateRuns(folder),
  );
}

function crateRuns(folder: string): CrateRun[] {
  return [...eachRun()]
    .filter(({ place }) => place === "records")
    .map(({ record, folder: own }) => {
      const path = relative(projectRoot, own).split(sep).join("/");
      const files = filesBelow(join(folder, path)).map((name) => ({
        name,
        bytes: statSync(join(folder, path, name)).size,
      }));
      return { record, name: describeArm(record.config), folder: path, files };
    })
    .filter(({ files }) => files.length > 0);
}
