// One Node process, or a cluster of WORKERS with Socket.IO's cluster adapter. Clients use the websocket alone, which needs
// no sticky connections; @socket.io/sticky would hand every POST to the workers in pieces, and slow them down.
import cluster from 'node:cluster'
import { createServer } from 'node:http'
import { createAdapter, setupPrimary } from '@socket.io/cluster-adapter'
import { Server } from 'socket.io'
import { createApp } from './app.js'
import { userOf } from './identity.js'

const port = Number(process.env.PORT)
const workers = Number(process.env.WORKERS ?? 0)

if (workers > 0 && cluster.isPrimary) {
  setupPrimary()
  cluster.setupPrimary({ serialization: 'advanced' })
  for (let i = 0; i < workers; i++) {
    cluster.fork()
  }
} else {
  const io = new Server({ serveClient: false, transports: ['websocket'] })
  io.use((socket, next) => {
    try {
      socket.data.user = userOf(socket.handshake.auth.token)
      next()
    } catch (e) {
      next(e)
    }
  })
  io.on('connection', socket => socket.join(`user:${socket.data.user}`))
  const server = createServer(createApp(io))
  io.attach(server)
  if (cluster.isWorker) {
    io.adapter(createAdapter())
  }
  server.listen(port, '127.0.0.1')
}
