/** Which file systems hide the changes that others make, so that only reading them again finds those. */
import { statfsSync } from 'node:fs';

/** `f_type` of statfs(2), as in linux/magic.h. */
const REMOTE: Record<number, string> = {
  0x6969: 'NFS',
  0x517b: 'SMB',
  0xff534d42: 'CIFS',
  0xfe534d42: 'SMB2',
  0x65735546: 'FUSE',
  0x01021997: '9p',
  0x5346414f: 'AFS',
  0x00c36400: 'Ceph',
  0x564c: 'NCP',
  0x73757245: 'Coda',
  0x0bd00bd0: 'Lustre',
  0x47504653: 'GPFS',
  0x01161970: 'GFS2',
  0x7461636f: 'OCFS2',
  0x786f4256: 'VirtualBox shared folder',
  0xbacbacbc: 'VMware shared folder',
};

/** The name of a remote file system; undefined for one whose changes this machine sees all. */
export function remoteName(fileSystemType: number): string | undefined {
  // Some libraries hand the 32 bits on as a signed number.
  return REMOTE[fileSystemType >>> 0];
}

/** Never throws: what cannot be told counts as local, and is read again every few minutes anyway. */
export function isRemote(folder: string): boolean {
  try {
    return remoteName(Number(statfsSync(folder).type)) !== undefined;
  } catch {
    return false;
  }
}
