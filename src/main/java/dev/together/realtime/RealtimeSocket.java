package dev.together.realtime;

import java.time.Clock;
import java.time.Instant;

import jakarta.inject.Singleton;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.together.Settings;
import dev.together.log.LogEvent;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.InboundProcessingMode;
import io.quarkus.websockets.next.OnBinaryMessage;
import io.quarkus.websockets.next.OnClose;
import io.quarkus.websockets.next.OnError;
import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.OnPingMessage;
import io.quarkus.websockets.next.OnPongMessage;
import io.quarkus.websockets.next.OnTextMessage;
import io.quarkus.websockets.next.UserData.TypedKey;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;

/**
 * The websocket that speaks the Supabase Realtime protocol, versions 1.0.0 and 2.0.0.
 *
 * <p>
 * Frames of a connection are handled one after another: {@link InboundQueue} sees to it, since the framework would queue them
 * without bound. A frame that is none is dropped and the connection stays.
 */
@WebSocket(path = RealtimeSocket.PATH, inboundProcessingMode = InboundProcessingMode.CONCURRENT)
@Singleton
public class RealtimeSocket {

    static final String PATH = "/realtime/v1/websocket";

    private static final TypedKey<RealtimeConnection> CONNECTION = new TypedKey<>("dev.together.connection");
    private static final CloseReason TOO_LARGE = new CloseReason(1009, "Message too big");
    private static final CloseReason CROWDED = new CloseReason(1013, "Try again later");
    private static final CloseReason UNREADABLE = new CloseReason(1002, "Protocol error");
    private static final CloseReason TOO_MANY_FRAMES = new CloseReason(1008, "Too many messages per second");

    private final FrameHandler protocol;
    private final Connections connections;
    private final Settings settings;
    private final ProcessBudget shared;
    private final RealtimeMetrics metrics;
    private final Clock clock;
    private final FrameV1 v1;
    private final FrameV2 v2;

    RealtimeSocket(FrameHandler protocol, Connections connections, Settings settings, ProcessBudget shared,
            RealtimeMetrics metrics, Clock clock, ObjectMapper json) {
        this.protocol = protocol;
        this.connections = connections;
        this.settings = settings;
        this.shared = shared;
        this.metrics = metrics;
        this.clock = clock;
        this.v1 = new FrameV1(json);
        this.v2 = new FrameV2(json);
    }

    @OnOpen
    Uni<Void> open(WebSocketConnection socket) {
        var request = socket.handshakeRequest();
        var handshake = Handshake.of(request.header(Handshake.KEY_HEADER), request.query());
        var connection = new RealtimeConnection(socket, Vertx.currentContext(), handshake.isV2() ? v2 : v1,
                handshake.apiKey(), settings.realtime(), shared, metrics, clock.instant());
        socket.userData().put(CONNECTION, connection);
        return connections.add(connection);
    }

    @OnTextMessage
    Uni<Void> receive(String text, WebSocketConnection socket) {
        return receive(socket, text.length(), connection -> connection.format.read(text));
    }

    @OnBinaryMessage
    Uni<Void> receive(Buffer bytes, WebSocketConnection socket) {
        if (OversizedFrame.isEnding(bytes)) {
            return end(socket, "too_large", TOO_LARGE);
        }
        if (OversizedFrame.isCrowded(bytes)) {
            return end(socket, "crowded", CROWDED);
        }
        if (OversizedFrame.isDropped(bytes)) {
            return receive(socket, bytes.length(), connection -> {
                throw new Frame.TooLarge(OversizedFrame.head(bytes));
            });
        }
        return receive(socket, bytes.length(), connection -> {
            if (connection.format.isBinary()) {
                return v2.read(bytes);
            }
            throw new Frame.Malformed("binary on vsn 1.0.0");
        });
    }

    @OnPingMessage
    Uni<Void> ping(Buffer bytes, WebSocketConnection socket) {
        return count(socket);
    }

    @OnPongMessage
    Uni<Void> pong(Buffer bytes, WebSocketConnection socket) {
        return count(socket);
    }

    @OnClose
    Uni<Void> close(WebSocketConnection socket) {
        var connection = socket.userData().get(CONNECTION);
        if (connection != null) {
            connections.remove(connection);
        }
        return Uni.createFrom().voidItem();
    }

    /** A connection that was lost, or bytes that are no websocket frames; then it is closed with the code for that. */
    @OnError
    Uni<Void> fail(Throwable failure, WebSocketConnection socket) {
        LogEvent.debug(RealtimeSocket.class, "connection_failed").with("error", failure.getClass().getName()).log();
        return socket.isClosed() ? Uni.createFrom().voidItem() : socket.close(reason(failure));
    }

    private static CloseReason reason(Throwable failure) {
        if (failure instanceof CorruptedWebSocketFrameException corrupted) {
            return new CloseReason(corrupted.closeStatus().code(), corrupted.closeStatus().reasonText());
        }
        return failure instanceof IllegalStateException ? TOO_LARGE : UNREADABLE;
    }

    private Uni<Void> receive(WebSocketConnection socket, int size, Reading reading) {
        var connection = socket.userData().get(CONNECTION);
        if (connection == null) {
            return Uni.createFrom().voidItem();
        }
        var now = clock.instant();
        var handling = Uni.createFrom().deferred(() -> handle(connection, reading, now))
                .onFailure().call(failure -> fail(failure, socket));
        if (!connection.admitsFrame(now, size) || !connection.inbound.add(size, handling)) {
            refuse(connection);
        }
        return Uni.createFrom().voidItem();
    }

    private Uni<Void> count(WebSocketConnection socket) {
        var connection = socket.userData().get(CONNECTION);
        if (connection != null && !connection.rates.admitsControlFrame()) {
            refuse(connection);
        }
        return Uni.createFrom().voidItem();
    }

    private Uni<Void> end(WebSocketConnection socket, String refusal, CloseReason reason) {
        var connection = socket.userData().get(CONNECTION);
        if (connection != null) {
            metrics.frameRefused(refusal);
            connection.inbound.end();
            connection.close(reason);
        }
        return Uni.createFrom().voidItem();
    }

    private void refuse(RealtimeConnection connection) {
        metrics.frameRefused("too_many");
        connection.subscriptions()
                .forEach(subscription -> connection.sendSystem(subscription, "ok", "Too many messages per second"));
        connection.inbound.end();
        connection.close(TOO_MANY_FRAMES);
    }

    private Uni<Void> handle(RealtimeConnection connection, Reading reading, Instant now) {
        try {
            var frame = reading.of(connection);
            connection.reconnect.see(frame, now);
            return protocol.handle(connection, frame);
        } catch (Frame.TooLarge e) {
            metrics.frameRefused("too_large");
            OversizedFrame.answer(connection, e.head());
            return Uni.createFrom().voidItem();
        } catch (Frame.Malformed e) {
            metrics.frameRefused("malformed");
            LogEvent.debug(RealtimeSocket.class, "frame_malformed").with("error", e.getMessage()).log();
            return Uni.createFrom().voidItem();
        }
    }

    /** How a frame is read on a connection. */
    private interface Reading {

        Frame of(RealtimeConnection connection) throws Frame.Malformed, Frame.TooLarge;
    }
}
