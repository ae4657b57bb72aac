export interface SpecificationPoint {
  effect: number;
  interval: [number, number] | null;
  verdict: string | undefined;
  unit: string;
  smallestEffect: number;
  isMain: boolean;
}
