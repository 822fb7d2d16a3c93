/** The URL as it may be shown: a password that it holds is left out. */
export function withoutPassword(url: string): string {
  if (!/^[a-z]+:\/\/[^/]*@|[?&]password=/iu.test(url)) return url;
  if (!URL.canParse(url)) {
    return url.replace(/\/\/.*@/su, '//…@').replace(/([?&]password=)[^&]*/giu, '$1…');
  }
  const shown = new URL(url);
  shown.password = '';
  shown.searchParams.delete('password');
  return shown.href;
}
