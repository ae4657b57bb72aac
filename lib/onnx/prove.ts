import { UserError } from "../errors.js";
import { cutModel, dropped } from "./cut.js";
import type { ModelImages } from "./images.js";
import type { Inspected, Inspection } from "./inspect.js";
import type { OnnxModel } from "./model.js";
import { type Difference, difference, type ModelLatency, outputsOf } from "./proof.js";
import type { CutMethod } from "./select.js";

/** How far a cut model's outputs are from the original's. */
export interface Proof {
  chosenOn: Difference;
  /** On images that took no part in the choice; none where there were fewer than four. */
  heldOut?: Difference;
  /** By scale: on all images, had cut filters been taken to emit nothing, as is usual. */
  betaDropped?: Difference;
}

/** What was found of a model. */
export interface InspectionReport extends Inspection {
  /** The model, as it was named. */
  model: string;
  /** What its file says of itself. */
  metadata: Readonly<Record<string, unknown>>;
}

/** What cutting a model gave. */
export interface CutReport extends InspectionReport {
  /** The file of the cut one; null where nothing could be cut. */
  out: string | null;
  by: CutMethod;
  round: number | null;
  proof?: Proof;
  latency?: { processor: string; runtime: string; latencies: ModelLatency[] };
}

/** As exact as float32 is over a network's depth, in the scale of its outputs. */
const exact = 1e-4;

/**
 * Runs a model and what is left of it over the images. Throws `UserError` where filters that do nothing were cut and the
 * outputs are others all the same.
 */
export async function prove(
  model: OnnxModel,
  { map, extremes, choice, cut }: Omit<Inspected, "inspection">,
  { images, by }: { images: ModelImages; by: CutMethod },
): Promise<Proof> {
  const [chosenOn, heldOut] = images.split();
  const all = [...chosenOn, ...heldOut];
  const before = await outputsOf(model, images, all);
  // The images that decided come first.
  const places = [...all.keys()];
  const differ = async (other: OnnxModel, ...parts: (readonly number[])[]) => {
    const after = await outputsOf(other, images, all);
    return parts.map((part) => difference(before, after, part));
  };
  const parts = [places.slice(0, chosenOn.length), places.slice(chosenOn.length)];
  const [onChosen, onHeldOut] = await differ(cut.model, ...parts);
  if (by === "activation" && !(onChosen!.largest <= exact))
    throw new UserError(
      `The cut model is not the same function: its outputs are off by ${onChosen!.largest.toExponential(1)} of their scale, expected ${exact} at most. Nothing is written; the model has a structure that is read wrongly here.`,
    );
  const withoutBeta = () => differ(cutModel(map, dropped(extremes), choice).model, places);
  const [betaDropped] = by === "scale" ? await withoutBeta() : [];
  return {
    chosenOn: onChosen!,
    ...(heldOut.length > 0 && { heldOut: onHeldOut! }),
    ...(betaDropped && { betaDropped }),
  };
}
