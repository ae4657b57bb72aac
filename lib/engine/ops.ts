export interface Ops {}
