import { nativeStatus } from "../../lib/engine/native/status.js";
import { describeOptimizerAgreement } from "../support/optimizer-agreement.js";
import { optional } from "../support/optional.js";

const status = await nativeStatus();
describeOptimizerAgreement(
  "tensorflow",
  optional("engine tensorflow", status.loads, "run npm run engine -- build"),
);
