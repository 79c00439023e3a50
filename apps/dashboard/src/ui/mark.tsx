/** The brand: a fundus with its disc and vessels. */
export function Mark() {
  return (
    <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true" focusable="false">
      <circle cx="16" cy="16" r="14" fill="#d9642a" />
      <g fill="none" stroke="#8c2f12" strokeWidth="1.6" strokeLinecap="round">
        <path d="M21 15C17 8 11 7 6 9M21 17c-4 7-10 8-15 6M16 10.500c-1-2-1-3-.500-5M15.500 22c-.800 2-.600 3 0 4.500" />
      </g>
      <circle cx="21.500" cy="16" r="4" fill="#ffdf8e" />
    </svg>
  );
}
