import { describeAgreement } from "../support/agreement.js";
import { withWebgpu } from "../support/webgpu.js";

describeAgreement("webgpu", withWebgpu, { brief: true });
