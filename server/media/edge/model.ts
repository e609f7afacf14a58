/** The words of edges. */

/** AAC frames [from, to) of the parent's grid. */
export interface Frames {
  from: number;
  to: number;
}
