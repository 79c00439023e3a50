/** asciichart brings no types; what of it is used. */
declare module 'asciichart' {
  interface PlotConfig {
    /** Rows between the lowest and the highest value. */
    height: number;
    min: number;
    max: number;
    /** Columns that label and axis take, where the label is one of them. */
    offset: number;
    symbols: readonly string[];
    /** Label of a row. */
    format: (value: number) => string;
  }
  const asciichart: { plot(series: readonly number[], config: PlotConfig): string };
  export default asciichart;
}
