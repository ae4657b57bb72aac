import { describeOptimizerAgreement } from "../support/optimizer-agreement.js";
import { withWebgpu } from "../support/webgpu.js";

describeOptimizerAgreement("webgpu", withWebgpu, { brief: true });
