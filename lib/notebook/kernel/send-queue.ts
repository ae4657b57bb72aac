export type Sender<Frames> = { send(frames: Frames): Promise<void>; readonly closed: boolean };

const queues = new WeakMap<object, object>();

/**
 * The socket with a `send` that waits its turn. A ZeroMQ socket takes one message at a time and rejects the next
 * while its peer is slow to take it; tslab does not wait, so that messages were lost.
 */
export function queued<Frames, Socket extends Sender<Frames>>(socket: Socket): Socket {
  const known = queues.get(socket) as Socket | undefined;
  if (known) return known;
  const waiting: (() => Promise<void>)[] = [];
  let busy = false;
  const next = () => {
    const start = waiting.shift();
    busy = start !== undefined;
    void start?.();
  };
  const send = (frames: Frames) =>
    new Promise<void>((resolve, reject) => {
      const start = async () => {
        try {
          await socket.send(frames);
          resolve();
        } catch (error) {
          // A socket that was closed has nobody to tell.
          if (socket.closed) resolve();
          else reject(error);
        } finally {
          next();
        }
      };
      if (busy) waiting.push(start);
      else {
        busy = true;
        void start();
      }
    });
  const queue = new Proxy(socket, {
    get: (target, key) => (key === "send" ? send : Reflect.get(target, key)),
  });
  queues.set(socket, queue);
  return queue;
}
