/** The part of jStat 1.9 that this project calls; the package ships no types. */
declare module "jstat" {
  const jStat: {
    /** The error function. */
    erf(x: number): number;
    /** Normal distribution. */
    normal: {
      /** Quantile: the value that the variable stays below with probability `probability`. */
      inv(probability: number, mean: number, deviation: number): number;
    };
    /** Student's t distribution with `degreesOfFreedom`. */
    studentt: {
      /** The probability that the variable stays below `value`. */
      cdf(value: number, degreesOfFreedom: number): number;
      /** Quantile: the value that the variable stays below with probability `probability`. */
      inv(probability: number, degreesOfFreedom: number): number;
    };
    /** Spearman's rank correlation, ties at their mean rank. */
    spearmancoeff(a: number[], b: number[]): number;
    /** Ranks from 1 up in ascending order, ties at their mean rank. */
    rank(values: number[]): number[];
  };
  export default jStat;
}
