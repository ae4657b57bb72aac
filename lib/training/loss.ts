/** Cross-entropy and errors of some images. */
export interface Score {
  /** Sum of cross-entropies, nats. */
  loss: number;
  /** Images whose largest logit is not their label's. */
  errors: number;
  count: number;
}

/**
 * Scores logits [count, classes] against labels [count], in double precision. An image with a non-finite logit
 * gives a non-finite loss.
 */
export function score(logits: ArrayLike<number>, labels: ArrayLike<number>, classes: number): Score {
  let loss = 0;
  let errors = 0;
  for (let image = 0; image < labels.length; image++) {
    const start = image * classes;
    const label = labels[image]!;
    let largest = -Infinity;
    let winner = -1;
    let finite = true;
    for (let k = 0; k < classes; k++) {
      const logit = logits[start + k]!;
      finite &&= Number.isFinite(logit);
      if (logit > largest) {
        largest = logit;
        winner = k;
      }
    }
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += Math.exp(logits[start + k]! - largest);
    loss += finite ? Math.log(sum) + largest - logits[start + label]! : Number.NaN;
    if (winner !== label) errors++;
  }
  return { loss, errors, count: labels.length };
}

export function addScores(a: Score, b: Score): Score {
  return { loss: a.loss + b.loss, errors: a.errors + b.errors, count: a.count + b.count };
}

export const emptyScore: Score = { loss: 0, errors: 0, count: 0 };
