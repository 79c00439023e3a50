/** A drawing of what this is about: an eye's ground with its disc, macula and vessels. */
export function Fundus() {
  return (
    <svg className="fundus" viewBox="0 0 200 200" aria-hidden="true" focusable="false">
      <defs>
        <radialGradient id="fundus-ground" cx="0.55" cy="0.48" r="0.6">
          <stop offset="0" stopColor="#f0914a" />
          <stop offset="0.7" stopColor="#d9642a" />
          <stop offset="1" stopColor="#a8441a" />
        </radialGradient>
        <radialGradient id="fundus-disc">
          <stop offset="0" stopColor="#fff3c9" />
          <stop offset="0.7" stopColor="#ffdc8a" />
          <stop offset="1" stopColor="#f3b260" />
        </radialGradient>
        <radialGradient id="fundus-macula">
          <stop offset="0" stopColor="#8a3413" stopOpacity="0.75" />
          <stop offset="1" stopColor="#8a3413" stopOpacity="0" />
        </radialGradient>
      </defs>
      <circle cx="100" cy="100" r="92" fill="url(#fundus-ground)" />
      <circle cx="82" cy="104" r="22" fill="url(#fundus-macula)" />
      <g fill="none" stroke="#8f2f14" strokeLinecap="round">
        <path strokeWidth="4" d="M138 92C126 62 96 42 56 44M138 108c-12 32-42 50-82 46" />
        <path strokeWidth="2.600" d="M108 54c-8-10-10-18-10-30M78 45c-10 2-22 10-30 20M108 148c-8 10-8 16-6 28M80 156c-10-2-24-10-32-20M142 92c4-24 14-38 28-44M142 108c4 22 12 36 26 44" />
        <path strokeWidth="1.500" d="M64 44c-8-4-12-8-16-8M60 55c-12 8-16 16-20 26M62 148c-10-8-16-14-20-24M152 64c2-10 4-18 4-26M150 140c2 8 2 14 0 22M120 70c-10 4-18 10-24 18M118 134c-8-4-14-10-18-14" />
      </g>
      <circle cx="141" cy="100" r="15" fill="url(#fundus-disc)" />
      <circle cx="143" cy="100" r="6" fill="#fff6da" />
    </svg>
  );
}
