import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { fileSystemOf, kindOfMagic } from '../../server/base/file-system.js';

describe('the kind of a file system', () => {
  test.each([
    ['NFS', 0x6969],
    ['CIFS', 0xff534d42],
    ['CIFS as a signed number', 0xff534d42 | 0],
    ['SMB 2', 0xfe534d42],
    ['FUSE', 0x65735546],
  ])('%s lies across a network', (_name, type) => {
    expect(kindOfMagic(type).isNetwork).toBe(true);
  });

  test('ext4 and overlayfs do not', () => {
    expect(kindOfMagic(0xef53)).toEqual({ name: 'ext4', isNetwork: false });
    expect(kindOfMagic(0x794c7630)).toEqual({ name: 'overlayfs', isNetwork: false });
  });

  test('a type that nobody listed is named by its number and taken as local', () => {
    expect(kindOfMagic(0x12345678)).toEqual({ name: 'type 0x12345678', isNetwork: false });
  });

  test('the temp folder of this machine has one', async () => {
    expect((await fileSystemOf(tmpdir())).name).not.toBe('');
  });
});
