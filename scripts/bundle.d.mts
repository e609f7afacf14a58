/** Makes dist/public/*.js of views/public/*.js. */
export function bundle(): Promise<void>;
