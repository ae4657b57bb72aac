/** Environment of a process whose engine is to work with so many threads. */
export const threadSettings = (threads: number) => ({
  OMP_NUM_THREADS: String(threads),
  TF_NUM_INTRAOP_THREADS: String(threads),
  TF_NUM_INTEROP_THREADS: "1",
  TF_CPP_MIN_LOG_LEVEL: "2",
});
