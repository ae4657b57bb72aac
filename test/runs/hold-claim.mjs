// Claims the run that its arguments name, says how that went, and lives on until it is killed.
import { claimRun } from "../../lib/dist/runs/claim.js";

const [id, seed] = process.argv.slice(2);
const { claimed } = await claimRun(id, Number(seed));
process.send?.(claimed);
setInterval(() => {}, 1000);
