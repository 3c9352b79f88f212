// A training that nothing but force can stop: it and its own child ignore SIGINT and SIGTERM.
import { spawn } from 'node:child_process'

const deaf = "for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => {}); setInterval(() => {}, 1000)"
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => {})
const child = spawn(process.execPath, ['-e', `${deaf}; console.log('listening')`], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
child.stdout.once('data', () => console.log(`deaf ${process.pid} ${child.pid}`))
setInterval(() => {}, 1000)
