package dev.together.testing;

import java.net.URI;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;

/** A way to a server that can be cut: so that both sides see it, or so that neither is told. */
public class Proxy implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final URI target;
    private final int port;

    public Proxy(URI target) {
        this.target = target;
        this.port = vertx.createNetServer().connectHandler(this::connect).listen(0, "127.0.0.1")
                .toCompletionStage().toCompletableFuture().join().actualPort();
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Loses about this share of the connections; half of those without a word to either side. */
    public int cut(double share, Random random) {
        int count = 0;
        for (var link : links) {
            if (random.nextDouble() < share) {
                link.cut(random.nextBoolean());
                count++;
            }
        }
        return count;
    }

    /** Forgets the connections that there are, without a word to either side; new ones are carried. */
    public void swallow() {
        links.forEach(link -> link.cut(true));
    }

    /** Ends the connections that there are; new ones are carried. */
    public void cut() {
        links.forEach(link -> link.cut(false));
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void connect(NetSocket client) {
        client.pause();
        vertx.createNetClient().connect(target.getPort(), target.getHost())
                .onSuccess(server -> links.add(new Link(client, server)))
                .onFailure(e -> client.close().mapEmpty());
    }

    /** One connection, both ways. */
    private class Link {

        private final NetSocket client;
        private final NetSocket server;
        private volatile boolean isMute;

        Link(NetSocket client, NetSocket server) {
            this.client = client;
            this.server = server;
            carry(client, server);
            carry(server, client);
            client.resume();
        }

        void cut(boolean silently) {
            isMute = true;
            if (!silently) {
                end(client);
                end(server);
            }
        }

        private void carry(NetSocket from, NetSocket to) {
            from.handler(bytes -> {
                if (!isMute) {
                    to.write(bytes).mapEmpty();
                }
                if (to.writeQueueFull()) {
                    from.pause();
                    to.drainHandler(drained -> from.resume());
                }
            });
            from.exceptionHandler(lost -> {
            });
            from.closeHandler(closed -> {
                links.remove(this);
                if (!isMute) {
                    end(to);
                }
            });
        }

        private void end(NetSocket socket) {
            socket.close().mapEmpty();
        }
    }
}
