package dev.together.testing;

import java.net.URI;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;

/** A way to a server that can be cut, so that both sides see it or that neither is told, and that can come to a standstill. */
public class Proxy implements AutoCloseable {

    /** In bytes, and fixed: the system's own choice grows with the traffic, to dozens of megabytes. */
    private static final int RECEIVE_BUFFER = 131_072;

    private final Vertx vertx = Vertx.vertx();
    private final NetClient connector = vertx.createNetClient(new NetClientOptions().setReceiveBufferSize(RECEIVE_BUFFER));
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final Supplier<URI> target;
    private final int port;
    private volatile boolean isStalled;

    public Proxy(URI target) {
        this(() -> target);
    }

    /** @param target where new connections are carried to */
    public Proxy(Supplier<URI> target) {
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

    /** Takes nothing more from the server, until {@link #flow}; what clients send still gets there. */
    public void stall() {
        isStalled = true;
    }

    public void flow() {
        isStalled = false;
        links.forEach(Link::flow);
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void connect(NetSocket client) {
        client.pause();
        var there = target.get();
        connector.connect(there.getPort(), there.getHost())
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
                    to.drainHandler(drained -> resume(from));
                }
                if (isStalled && from == server) {
                    from.pause();
                    // Whoever lets it flow may have done so in between.
                    resume(from);
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

        void flow() {
            resume(server);
        }

        private void resume(NetSocket from) {
            if (!isStalled || from == client) {
                from.resume();
            }
        }

        private void end(NetSocket socket) {
            socket.close().mapEmpty();
        }
    }
}
