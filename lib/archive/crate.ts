import type { RunRecord } from "../runs/record.js";

/** An entity of the crate, as JSON-LD. */
export type Entity = { "@id": string; "@type": string | string[] } & Record<string, unknown>;

/** What the crate says of a run. */
export interface CrateRun {
  record: Pick<RunRecord, "id" | "seed" | "status" | "environment" | "dataset" | "timing">;
  /** What it trained, in words: "Adam, L2 1e-3". */
  name: string;
  /** Its folder, relative to the crate: "data/runs/ID/seed-1". */
  folder: string;
  /** Names and bytes of the files in it. */
  files: { name: string; bytes: number }[];
}

export interface CrateAbout {
  title: string;
  description: string;
  version: string;
  /** SPDX identifier. */
  license: string;
  authors: readonly string[];
  keywords: readonly string[];
  /** ISO 8601: when the code and the records were committed. */
  date: string;
  /** Other folders and files of the crate, each with what it holds. Folders end in a slash. */
  parts: Readonly<Record<string, string>>;
}

const formats: Record<string, string> = {
  json: "application/json",
  parquet: "application/vnd.apache.parquet",
};

const reference = (id: string) => ({ "@id": id });
const spdx = (license: string) => `https://spdx.org/licenses/${license}`;

/**
 * Metadata of a research object: what the archive holds, and one action for each run, which says what trained on what, when,
 * and to which files. RO-Crate 1.1 with the profile Process Run Crate 0.5 (Leo et al. 2024).
 */
export function crateOf(about: CrateAbout, runs: readonly CrateRun[]): object {
  const { title, description, version, license, authors, keywords, date, parts } = about;
  const organizations = authors.map((name, index) => ({
    "@id": `#author-${index + 1}`,
    "@type": "Organization",
    name,
  }));
  const files = runs.flatMap(({ folder, files }) => files.map((file) => fileEntity(folder, file)));
  const profile = "https://w3id.org/ro/wfrun/process/0.5";
  const root: Entity = {
    "@id": "./",
    "@type": "Dataset",
    conformsTo: reference(profile),
    name: title,
    ...{ description, version, keywords: [...keywords], datePublished: date },
    license: reference(spdx(license)),
    author: organizations.map(({ "@id": id }) => reference(id)),
    hasPart: [...Object.keys(parts), ...files.map((file) => file["@id"])].map(reference),
    mentions: runs.map((run) => reference(actionId(run))),
  };
  const entities: Entity[] = [
    {
      "@id": "ro-crate-metadata.json",
      "@type": "CreativeWork",
      conformsTo: reference("https://w3id.org/ro/crate/1.1"),
      about: reference("./"),
    },
    root,
    { "@id": profile, "@type": "CreativeWork", name: "Process Run Crate", version: "0.5" },
    { "@id": spdx(license), "@type": "CreativeWork", name: license },
    ...organizations,
    ...Object.entries(parts).map(([path, name]) => ({
      "@id": path,
      "@type": path.endsWith("/") ? "Dataset" : "File",
      name,
    })),
    ...distinct(runs.flatMap(({ record }) => [engineEntity(record), datasetEntity(record)])),
    ...runs.map(actionEntity),
    ...files,
  ];
  return { "@context": "https://w3id.org/ro/crate/1.1/context", "@graph": entities };
}

const actionId = ({ record }: CrateRun): string => `#run-${record.id}-seed-${record.seed}`;

function actionEntity(run: CrateRun): Entity {
  const { record, name, folder, files } = run;
  const { startedAt, seconds } = record.timing;
  return {
    "@id": actionId(run),
    "@type": "CreateAction",
    name: `${name}, seed ${record.seed}`,
    ...(record.status === "diverged" && {
      description: "The loss stopped being finite; the record ends there.",
    }),
    startTime: startedAt,
    // Of a run that was cut off and went on, the earliest that it can have ended.
    endTime: new Date(Date.parse(startedAt) + 1000 * seconds).toISOString(),
    actionStatus: "http://schema.org/CompletedActionStatus",
    instrument: reference(engineEntity(record)["@id"]),
    object: [reference(datasetEntity(record)["@id"])],
    result: files.map((file) => reference(fileEntity(folder, file)["@id"])),
  };
}

function engineEntity({ environment }: CrateRun["record"]): Entity {
  const { engine, engineVersion, kernels, node, machine } = environment;
  const softwareVersion = [engineVersion, ...(kernels === undefined ? [] : [`kernels ${kernels}`])].join(
    ", ",
  );
  const words = [engine, softwareVersion, node, machine].join(" ");
  return {
    "@id": `#engine-${words.replace(/[^\w.]+/g, "-")}`,
    "@type": "SoftwareApplication",
    name: `filter-sparsity on ${engine}`,
    softwareVersion,
    runtimePlatform: `Node ${node}; ${machine}`,
  };
}

function datasetEntity({ dataset }: CrateRun["record"]): Entity {
  const { name, source, checksum } = dataset;
  return {
    "@id": `#data-${name}-${source}-${checksum.slice(0, 12)}`,
    "@type": "CreativeWork",
    name: `${name} (${source})`,
    identifier: `sha256:${checksum}`,
  };
}

const fileEntity = (folder: string, { name, bytes }: CrateRun["files"][number]): Entity => ({
  "@id": `${folder}/${name}`,
  "@type": "File",
  name,
  contentSize: String(bytes),
  encodingFormat: formats[name.split(".").at(-1)!] ?? "application/octet-stream",
});

const distinct = (entities: readonly Entity[]): Entity[] => [
  ...new Map(entities.map((entity) => [entity["@id"], entity])).values(),
];
