import 'react';

declare module 'react' {
  // Custom properties in style attributes; values that are numbers stay numbers.
  interface CSSProperties {
    [property: `--${string}`]: string | number | undefined;
  }
}
