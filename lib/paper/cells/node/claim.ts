import { UserError } from "../../../errors.js";

/** In the place of what claims a run that is to be trained: a page trains none for a record. */
export async function claimRun(): Promise<never> {
  throw new UserError(
    "Some of these runs are not on record on this site, and a page does not train them. In a checkout this cell does: npm run lab. To train all that a hypothesis lacks: npm run reproduce -- <hypothesis>",
  );
}

export const heldClaims = async (): Promise<Map<string, undefined>> => new Map();
export const describeHolder = (): string => "nobody";
