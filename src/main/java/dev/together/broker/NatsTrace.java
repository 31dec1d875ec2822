package dev.together.broker;

import org.jspecify.annotations.Nullable;

import dev.together.event.EncodedEvent;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.impl.Headers;

/** Takes a event's trace along in a header of NATS, which pods that know nothing of traces do not look at. */
class NatsTrace {

    private static final String HEADER = "traceparent";

    private NatsTrace() {
    }

    /** None where there is no trace, or where this NATS takes no headers. */
    static @Nullable Headers headers(EncodedEvent event, Connection connection) {
        boolean isTraced = !event.trace().isEmpty() && connection.getServerInfo().isHeadersSupported();
        return isTraced ? new Headers().put(HEADER, event.trace()) : null;
    }

    /** In bytes. */
    static int size(@Nullable Headers headers) {
        return headers == null ? 0 : headers.serializedLength();
    }

    /** What arrived, in the trace that came with it. */
    static EncodedEvent of(EncodedEvent event, Message message) {
        var trace = message.hasHeaders() ? message.getHeaders().getFirst(HEADER) : null;
        return trace == null ? event : event.inTrace(trace);
    }
}
