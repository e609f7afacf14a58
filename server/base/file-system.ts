/** Tells on what kind of file system a path lies: across a network neither events nor locks can be trusted. */
import { statfs } from 'node:fs/promises';

export interface FileSystemKind {
  name: string;
  isNetwork: boolean;
}

/** Magic numbers of statfs(2). FUSE counts as a network: sshfs, rclone, mergerfs and desktop mounts are all FUSE. */
const KINDS: Record<number, FileSystemKind> = {
  0x6969: { name: 'nfs', isNetwork: true },
  0x517b: { name: 'smb', isNetwork: true },
  0xff534d42: { name: 'cifs', isNetwork: true },
  0xfe534d42: { name: 'smb2', isNetwork: true },
  0x65735546: { name: 'fuse', isNetwork: true },
  0x01021997: { name: '9p', isNetwork: true },
  0x00c36400: { name: 'ceph', isNetwork: true },
  0x47504653: { name: 'gpfs', isNetwork: true },
  0x0bd00bd0: { name: 'lustre', isNetwork: true },
  0x5346414f: { name: 'afs', isNetwork: true },
  0x564c: { name: 'ncp', isNetwork: true },
  0x73757245: { name: 'coda', isNetwork: true },
  0x01161970: { name: 'gfs2', isNetwork: true },
  0x7461636f: { name: 'ocfs2', isNetwork: true },
  0x786f4256: { name: 'virtualbox', isNetwork: true },
  0xbacbacbc: { name: 'vmware', isNetwork: true },
  0xef53: { name: 'ext4', isNetwork: false },
  0x9123683e: { name: 'btrfs', isNetwork: false },
  0x58465342: { name: 'xfs', isNetwork: false },
  0x2fc12fc1: { name: 'zfs', isNetwork: false },
  0x01021994: { name: 'tmpfs', isNetwork: false },
  0x794c7630: { name: 'overlayfs', isNetwork: false },
  0xf2f52010: { name: 'f2fs', isNetwork: false },
  0x4d44: { name: 'fat', isNetwork: false },
  0x2011bab0: { name: 'exfat', isNetwork: false },
  0x7366746e: { name: 'ntfs', isNetwork: false },
};

export async function fileSystemOf(path: string): Promise<FileSystemKind> {
  return kindOfMagic((await statfs(path)).type);
}

/** An unknown number is taken as local: it says so in its name. */
export function kindOfMagic(type: number): FileSystemKind {
  // Node hands over a signed 32-bit number on some systems.
  const magic = type >>> 0;
  return KINDS[magic] ?? { name: `type 0x${magic.toString(16)}`, isNetwork: false };
}
