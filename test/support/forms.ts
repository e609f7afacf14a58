/** A browser's part in plain forms over fetch: keeps the cookies it is given, and sends each form's own token. */

export interface Forms {
  cookies: Map<string, string>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** As it is, without a token. */
  post(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
  /** Opens the page that shows the form and sends its token along. */
  submit(
    page: string,
    fields: Record<string, string>,
    options?: { action?: string; headers?: Record<string, string> },
  ): Promise<Response>;
  /** The token on that page. */
  csrf(page: string): Promise<string>;
}

export function createForms(url: string): Forms {
  const cookies = new Map<string, string>();

  async function ask(path: string, init: RequestInit): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(cookie ? { cookie } : {}), ...(init.headers as Record<string, string>) };
    const response = await fetch(url + path, { redirect: 'manual', ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (value) cookies.set(name!, value);
      else cookies.delete(name!);
    }
    return response;
  }

  const get: Forms['get'] = (path, headers = {}) => ask(path, { headers });
  const post: Forms['post'] = (path, fields, headers = {}) =>
    ask(path, { method: 'POST', headers, body: new URLSearchParams(fields) });

  async function csrf(page: string): Promise<string> {
    const html = await (await get(page)).text();
    const token = /name="csrf" value="([^"]+)"/.exec(html)?.[1];
    if (!token) throw new Error(`there is no form on ${page}`);
    return token;
  }

  return {
    cookies,
    get,
    post,
    csrf,
    submit: async (page, fields, { action = page, headers } = {}) =>
      post(action, { csrf: await csrf(page), ...fields }, headers),
  };
}
