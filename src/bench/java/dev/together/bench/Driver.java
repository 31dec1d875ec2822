package dev.together.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;

/** Opens the connections of the load, on two event loops: the rest of the machine belongs to what is measured. */
class Driver implements AutoCloseable {

    private static final String HOST = "127.0.0.1";
    private static final int LOOPS = 2;
    private static final int OPENING_AT_ONCE = 64;
    private static final int CONNECTIONS_PER_ADDRESS = 10_000;
    private static final long OPENS_WITHIN_SECONDS = 30;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS));
    private final List<Context> loops = new ArrayList<>();
    private final List<WebSocketClient> clients = new ArrayList<>();
    private final NetClient net;

    Driver() {
        await(vertx.deployVerticle(() -> new AbstractVerticle() {
            @Override
            public void start() {
                synchronized (loops) {
                    loops.add(context);
                }
            }
        }, new DeploymentOptions().setInstances(LOOPS)));
        net = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
    }

    List<BatchWorker> lanes(int port, int count) {
        var lanes = new ArrayList<BatchWorker>();
        for (int i = 0; i < count; i++) {
            var loop = loops.get(i % LOOPS);
            lanes.add(await(on(loop, () -> net.connect(port, HOST).map(socket -> new BatchWorker(socket, loop)))));
        }
        return lanes;
    }

    /** Everybody in the world comes online and has joined. */
    List<Receiver> online(World world, Wire wire, int port, Supplier<Tally> tally) {
        var opening = new Semaphore(OPENING_AT_ONCE);
        var joining = new ArrayList<CompletableFuture<Receiver>>();
        for (var talk : world.talks()) {
            for (var person : talk.people) {
                opening.acquireUninterruptibly();
                joining.add(online(talk, person, wire, port, tally, joining.size())
                        .whenComplete((joined, failure) -> opening.release()));
            }
        }
        var receivers = joining.stream().map(Driver::await).toList();
        receivers.forEach(receiver -> receiver.beat(vertx));
        return receivers;
    }

    @Override
    public void close() {
        await(vertx.close());
    }

    private CompletableFuture<Receiver> online(Talk talk, Person person, Wire wire, int port, Supplier<Tally> tally,
            int index) {
        var options = new WebSocketConnectOptions().setHost(HOST).setPort(port).setURI(wire.path());
        var client = client(index / CONNECTIONS_PER_ADDRESS);
        return on(loops.get(index % LOOPS),
                () -> client.connect(options).map(socket -> new Receiver(talk, person, wire, socket, tally)))
                .toCompletionStage().toCompletableFuture().thenCompose(receiver -> receiver.joined);
    }

    /** One client address has too few ports for all connections. */
    private WebSocketClient client(int address) {
        while (clients.size() <= address) {
            clients.add(vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(CONNECTIONS_PER_ADDRESS)
                    .setMaxMessageSize(HttpClientOptions.DEFAULT_MAX_WEBSOCKET_MESSAGE_SIZE)
                    .setLocalAddress("127.0.0." + (2 + clients.size()))));
        }
        return clients.get(address);
    }

    private static <T> Future<T> on(Context loop, Supplier<Future<T>> opening) {
        var result = io.vertx.core.Promise.<T> promise();
        loop.runOnContext(start -> opening.get().onComplete(result));
        return result.future();
    }

    private static <T> T await(Future<T> future) {
        return await(future.toCompletionStage().toCompletableFuture());
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(OPENS_WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            throw new IllegalStateException("A connection could not be opened", e);
        }
    }
}
