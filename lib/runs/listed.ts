import type { RunRecord } from "./record.js";
import { remembered } from "./remembered.js";
import { eachFolder, inspectRunNow, type StoredRun, stateIn, whyUnread } from "./store.js";

/** What a list says of a run: without its epochs and probes, thousands fit into memory. */
export interface ListedRun extends Omit<StoredRun, "record"> {
  record: Pick<RunRecord, "id" | "seed" | "status" | "config"> & {
    dataset: Pick<RunRecord["dataset"], "name" | "source" | "checksum">;
    environment: Pick<RunRecord["environment"], "engine">;
    final: Pick<RunRecord["final"], "deadByScale" | "deadByActivation" | "testError">;
    timing: Pick<RunRecord["timing"], "startedAt" | "seconds">;
  };
}

type Listed = ListedRun["record"];

/**
 * What `eachRun` gives, as far as a list says it: of a run that was listed before and lies there unchanged without reading
 * it.
 */
export function* eachListedRun({
  onProblem = () => {},
}: {
  onProblem?: (line: string) => void;
} = {}): Generator<ListedRun> {
  const known = remembered<Listed>("listed-runs");
  for (const { place, folder, shown } of eachFolder({ onProblem })) {
    const state = stateIn(folder);
    const before = state === undefined ? undefined : known.get(folder, state);
    if (before) {
      yield { place, folder, record: withNumbers(before) };
      continue;
    }
    const found = inspectRunNow(folder);
    if (found.state === "finished") {
      const record = listedOf(found.record);
      if (state !== undefined) known.set(folder, state, record);
      yield { place, folder, record };
    } else if (found.state !== "missing") onProblem(`${shown}: ${whyUnread(found)}`);
  }
}

function listedOf({ id, seed, status, config, dataset, environment, final, timing }: RunRecord): Listed {
  const { name, source, checksum } = dataset;
  const { deadByScale, deadByActivation, testError } = final;
  return {
    ...{ id, seed, status, config },
    dataset: { name, source, checksum },
    environment: { engine: environment.engine },
    final: { deadByScale, deadByActivation, testError },
    timing: { startedAt: timing.startedAt, seconds: timing.seconds },
  };
}

/** JSON has no NaN: a diverged run's error comes back from null. */
const withNumbers = (record: Listed): Listed => ({
  ...record,
  final: { ...record.final, testError: record.final.testError ?? Number.NaN },
});
