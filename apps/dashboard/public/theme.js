// Applies the theme before the first paint; a module would come too late and flash.
(() => {
  let theme = null;
  try {
    theme = localStorage.getItem('eyegazer-theme');
  } catch {
    // Storage may be forbidden: the system's theme applies.
  }
  if (theme !== 'light' && theme !== 'dark') theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.dataset.theme = theme;
})();
