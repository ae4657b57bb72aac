/** In the place of what claims a run that is to be trained: nobody else trains on a page's disk. */
export const claimRun = async (): Promise<{ claimed: true; release(): Promise<void> }> => ({
  claimed: true,
  release: async () => {},
});

export const heldClaims = async (): Promise<Map<string, undefined>> => new Map();
export const describeHolder = (): string => "nobody";
