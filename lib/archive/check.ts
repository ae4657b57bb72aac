import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { extract } from "tar";
import { messageOf, UserError } from "../errors.js";
import { projectRoot } from "../paths.js";
import { checksumProblems, filesBelow, folderDifferences } from "./files.js";
import { linkPackages, made, rebuild } from "./rebuild.js";

export interface CheckOptions {
  /** Installs the archive's own packages from the registry; else this checkout's are used. Default false. */
  install?: boolean;
  print: (line: string) => void;
}

/** One comparison of an archive's check. */
export interface Compared {
  /** "figures: tables", e.g. */
  what: string;
  /** How many files were compared. */
  files: number;
  /** Those that are not the same, with why. */
  differences: string[];
}

/** By what a file is: the same everywhere, or the same where browser and fonts are. */
const kinds = { pictures: /\.(svg|png|pdf)$/, tables: /\.(csv|tex)$/, sidecars: /\.json$/ };

/**
 * Unpacks an archive into an empty folder, compares its checksums, makes verdicts, figures, tables and site from it once
 * more, and compares them with those that it brings, byte by byte.
 *
 * @throws UserError where the file is no archive, or its files are not what its checksums say
 */
export async function checkArchive(
  file: string,
  { install = false, print }: CheckOptions,
): Promise<Compared[]> {
  const aside = mkdtempSync(join(tmpdir(), "filter-sparsity-check-"));
  try {
    await extract({ file, cwd: aside }).catch((cause) => {
      throw new UserError(
        `${file} cannot be unpacked (${messageOf(cause)}). Expected what npm run archive made.`,
        {
          cause,
        },
      );
    });
    const [name, ...others] = readdirSync(aside);
    const folder = join(aside, name ?? "");
    if (name === undefined || others.length > 0 || !existsSync(join(folder, "SHA256SUMS")))
      throw new UserError(`${file} is no archive of this project: it has no SHA256SUMS.`);
    const problems = checksumProblems(folder);
    if (problems.length > 0)
      throw new UserError(`${file} is damaged: ${problems.length} files, for one ${problems[0]}.`);
    print(`${filesBelow(folder).length} files, all as their checksums say`);
    if (install) installPackages(folder, print);
    else linkPackages(folder, projectRoot);
    const out = join(aside, "made");
    await rebuild({ folder, out, print });
    return compare(folder, out);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

function installPackages(folder: string, print: (line: string) => void): void {
  print("installs its packages");
  // npm is a script of the shell on Windows.
  const shell = process.platform === "win32";
  execFileSync("npm", ["ci", "--silent"], { cwd: folder, stdio: ["ignore", "ignore", "inherit"], shell });
}

function compare(folder: string, out: string): Compared[] {
  const figures = folderDifferences(join(folder, made.figures), join(out, made.figures));
  const paths = filesBelow(join(folder, made.figures));
  const same = [folder, out].map((place) => readFileSync(join(place, made.verdicts), "utf8"));
  const verdicts = (JSON.parse(same[0]!) as unknown[]).length;
  return [
    {
      what: `verdicts (${verdicts})`,
      files: 1,
      differences: same[0] === same[1] ? [] : [`${made.verdicts} differs`],
    },
    ...Object.entries(kinds).map(([kind, ending]) => ({
      what: kind,
      files: paths.filter((path) => ending.test(path)).length,
      differences: figures.filter((line) => ending.test(line.split(" ")[0]!)),
    })),
    {
      what: "site",
      files: filesBelow(join(folder, made.site)).length,
      differences: folderDifferences(join(folder, made.site), join(out, made.site)),
    },
  ];
}
