import { openEngine } from "../engine/index.js";
import { messageOf, UserError } from "../errors.js";
import { executeRun } from "../runs/execute.js";
import type { Listener } from "../training/index.js";
import type { TrainingAnswer, TrainingRequest } from "./cut-training.js";

// Entry of a process that trains one run, as it comes over IPC, and times it; it ends with its parent.

const paceEvery = 250;

const processorSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

async function answer({ engine: name, config, seed, locations }: TrainingRequest): Promise<TrainingAnswer> {
  try {
    const engine = await openEngine({ name });
    const pace: { step: number; processorSeconds: number }[] = [];
    const spent = { step: 0, cut: 0 };
    let since = 0;
    let phase: "step" | "cut" | undefined;
    // Between a position and the reading after it there are steps alone, between a stop and the position after it a cut.
    const listen: Listener = (event) => {
      const now = processorSeconds();
      if (phase) spent[phase] += now - since;
      if (event.type === "reading" && event.step % paceEvery === 0)
        pace.push({ step: event.step, processorSeconds: spent.step });
      const waits = event.type === "position" && event.position.stopIsDue;
      phase = event.type === "stop" ? "cut" : event.type === "position" && !waits ? "step" : undefined;
      since = processorSeconds();
    };
    const startedAt = processorSeconds();
    since = startedAt;
    const { record } = await executeRun(config, {
      ...{ engine, seed, locations },
      watch: () => {
        phase = "step";
        since = processorSeconds();
        return listen;
      },
    });
    if (record.status === "diverged") throw new UserError("it diverged. Choose a lower learning rate.");
    const { seconds, trainSeconds, cutSeconds = 0 } = record.timing;
    return {
      version: record.environment.engineVersion,
      kernels: record.environment.kernels ?? engine.kernels,
      training: {
        seed,
        ...{ seconds, processorSeconds: processorSeconds() - startedAt },
        ...{ stepSeconds: trainSeconds, cutSeconds },
        ...{ stepProcessorSeconds: spent.step, cutProcessorSeconds: config.cutDead ? spent.cut : 0 },
        deadByActivation: record.final.deadByActivation,
        testError: record.final.testError,
        cuts: record.cuts ?? [],
        pace,
      },
    };
  } catch (error) {
    return { error: messageOf(error) };
  }
}

process.on("message", async (request: TrainingRequest) => process.send?.(await answer(request)));
process.on("disconnect", () => process.exit());
