/** Loads the panels of a page: goes into its head, `base` being the way from the page to the folder of `buildLive`. */
export const liveScript = (base = "live/"): string => `<script src="${base}live.js" defer></script>`;

/** The place of a hypothesis's panel in its page; what it says stands only where scripts do not run. */
export const liveSection = (id: string): string =>
  `<section data-live-rerun="${id}"><noscript><p>With JavaScript a part of this hypothesis can be run again here.</p></noscript></section>`;
