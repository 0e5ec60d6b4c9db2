import { connect } from 'node:net'
import { listenTcp, type Listener } from './listen.ts'

export interface RelayOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly to: { readonly host: string; readonly port: number }
}

/** A line between a gateway and the broker that can be cut. */
export interface Relay extends Listener {
  /** Cuts the line or mends it. While cut, whoever connects is hung up on at once. */
  cut(isCut: boolean): void
}

/** Passes bytes both ways between whoever connects and `to`. */
export async function openRelay(options: RelayOptions): Promise<Relay> {
  let down = false
  const listener = await listenTcp({
    host: options.host,
    port: options.port,
    converse: (near) => {
      if (down) {
        near.destroy()
        return
      }
      const far = connect(options.to.port, options.to.host)
      near.pipe(far).pipe(near)
      near.on('close', () => far.destroy())
      far.on('close', () => near.destroy())
      far.on('error', () => near.destroy())
    },
  })
  const cut = (isCut: boolean) => {
    if (isCut && !down) listener.hangUp()
    down = isCut
  }
  return { ...listener, cut }
}
