import { describeAgreement } from "../support/agreement.js";
import { webgpuInSoftware, withWebgpu } from "../support/webgpu.js";

describeAgreement("webgpu", withWebgpu, { brief: webgpuInSoftware });
