import net from 'node:net'

/** A line between a browser and the server that can be cut, and mended. */
export class Line {
  #server
  #sockets = new Set()
  #isCut = false

  static async to(url) {
    const line = new Line()
    line.#server = net.createServer((socket) => line.#carry(socket, Number(new URL(url).port)))
    await new Promise((done) => { line.#server.listen(0, '127.0.0.1', done) })
    line.url = `http://127.0.0.1:${line.#server.address().port}`
    return line
  }

  cut() {
    this.#isCut = true
    for (const socket of this.#sockets) socket.destroy()
  }

  mend() {
    this.#isCut = false
  }

  close() {
    this.cut()
    this.#server.close()
  }

  #carry(socket, port) {
    if (this.#isCut) {
      socket.destroy()
      return
    }
    const far = net.connect(port, '127.0.0.1')
    for (const [one, other] of [[socket, far], [far, socket]]) {
      this.#sockets.add(one)
      one.on('error', () => other.destroy()).on('close', () => {
        this.#sockets.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  }
}
