import { nativeStatus } from "../../lib/engine/native/status.js";
import { describeBlockAgreement } from "../support/block-agreement.js";
import { optional } from "../support/optional.js";

const { loads, problem } = await nativeStatus();
describeBlockAgreement("tensorflow", loads ? undefined : optional("native engine", false, problem ?? ""));
