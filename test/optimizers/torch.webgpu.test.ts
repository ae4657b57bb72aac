import { describeOptimizerAgreement } from "../support/optimizer-agreement.js";
import { webgpuInSoftware, withWebgpu } from "../support/webgpu.js";

describeOptimizerAgreement("webgpu", withWebgpu, { brief: webgpuInSoftware });
