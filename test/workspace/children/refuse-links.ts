// Loaded before a child: the file system refuses hard links, as FAT and some network disks do.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

Reflect.set(fs.promises, 'link', () =>
  Promise.reject(Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM' })),
)
syncBuiltinESMExports()
