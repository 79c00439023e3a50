/** The page at /api/docs: Swagger UI on this server's own document, with nothing inline and nothing from elsewhere. */

export const docsHtml = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Eyegazer API</title>
<link rel="icon" type="image/png" href="/api/docs/favicon-32x32.png">
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
<link rel="stylesheet" href="/api/docs/page.css">
<script src="/api/docs/swagger-ui-bundle.js" defer></script>
<script src="/api/docs/start.js" defer></script>
</head>
<body>
<div id="docs"></div>
<noscript>This page needs JavaScript. The document itself is at <a href="/api/openapi.json">/api/openapi.json</a>.</noscript>
</body>
</html>
`;

/** Credentials that are typed in are not kept; no other server is asked to judge the document. */
export const docsScript = `'use strict';
const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();
SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  persistAuthorization: false,
  validatorUrl: null,
});
`;

export const docsStyle = `body { margin: 0; }
.swagger-ui .information-container { padding-block: 0; }
.swagger-ui .info { margin: 24px 0; overflow-wrap: anywhere; }
.swagger-ui .scheme-container { padding-block: 12px; }
.swagger-ui .response-col_links { display: none; }
html.dark-mode .swagger-ui :is(.headers td, .headers code, .examples__section-header, .examples-select__section-label) { color: #e4e6e6; }
@media (max-width: 640px) {
  .swagger-ui .wrapper { padding-inline: 12px; }
  .swagger-ui .opblock .opblock-summary-path { max-width: none; }
  .swagger-ui table.parameters > thead, .swagger-ui table.responses-table > thead { display: none; }
  .swagger-ui :is(table.parameters, table.responses-table), .swagger-ui :is(table.parameters, table.responses-table) > tbody,
  .swagger-ui :is(table.parameters, table.responses-table) > tbody > tr, .swagger-ui :is(table.parameters, table.responses-table) > tbody > tr > td { box-sizing: border-box; display: block; width: 100%; max-width: 100%; overflow-x: auto; }
  .swagger-ui .renderedMarkdown { overflow-x: auto; }
}
`;

/** No inline scripts; Swagger UI draws its icons from data URLs. */
export const docsPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
