/** Makes dist/public/*.js of views/public/*.js; the final ones are compressed too, which takes seconds. */
export function bundle(how?: { isFinal?: boolean }): Promise<void>;
