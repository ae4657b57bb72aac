import { nativeStatus } from "../../lib/engine/native/status.js";
import { describeAgreement } from "../support/agreement.js";
import { optional } from "../support/optional.js";

const status = await nativeStatus();
const test = optional("engine tensorflow", status.loads, "run npm run engine -- build");
describeAgreement("tensorflow", test, { steps: 10 });
