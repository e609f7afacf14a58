import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { isRemote, remoteName } from '../../../server/ingest/watch/file-systems.js';

test('network and FUSE file systems are known by their type, signed or not', () => {
  expect(remoteName(0x6969)).toBe('NFS');
  expect(remoteName(0xff534d42)).toBe('CIFS');
  expect(remoteName(0xff534d42 | 0)).toBe('CIFS');
  expect(remoteName(0xfe534d42)).toBe('SMB2');
  expect(remoteName(0x65735546)).toBe('FUSE');
});

test.each([
  ['ext4', 0xef53],
  ['xfs', 0x58465342],
  ['btrfs', 0x9123683e],
  ['tmpfs', 0x01021994],
  ['overlay', 0x794c7630],
  ['zfs', 0x2fc12fc1],
])('%s is none of them', (_name, type) => expect(remoteName(type)).toBeUndefined());

test('a folder that cannot be asked counts as local', () => {
  expect(isRemote('/there/is/no/such/folder')).toBe(false);
  expect(isRemote(tmpdir())).toBe(false);
});
