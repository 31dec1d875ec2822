package dev.together.trace;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

import dev.together.event.EncodedEvent;
import dev.together.event.EventPosition;
import dev.together.http.Failure;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;

/**
 * The spans of a message's way behind its function: stored, published, delivered. The function's own is Quarkus'.
 *
 * <p>
 * Nothing is carried from thread to thread here: what is asked for on the context of a request belongs to that request, and
 * a event brings the trace that it belongs to. A span holds ids, numbers and kinds of failure, never what somebody
 * wrote, nor a token. While traces are switched off everything passes through as it is.
 */
@Singleton
public class Traces {

    private static final String TRACEPARENT = "traceparent";

    private final Tracer tracer;
    private final boolean isOff;

    Traces(OpenTelemetry telemetry, @ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean isOff) {
        this.tracer = telemetry.getTracer("dev.together");
        this.isOff = isOff;
    }

    /** The answer of a store, whose call has this name; what follows goes on where the function asked. */
    public <T> Uni<T> stored(String call, Uni<T> answer) {
        if (isOff) {
            return answer;
        }
        return Uni.createFrom().deferred(() -> {
            var home = Vertx.currentContext();
            var span = tracer.spanBuilder(call).setSpanKind(SpanKind.CLIENT).setAttribute("db.system.name", "postgresql")
                    .startSpan();
            return answer.onTermination().invoke((item, failure, isCancelled) -> end(span, failure))
                    .emitOn(task -> run(home, task));
        });
    }

    /** Lets what is done elsewhere, or after the reply, be a part of the current trace. */
    public <T> Consumer<T> carried(Consumer<T> later) {
        return isOff ? later : Context.current().wrapConsumer(later);
    }

    /** Publishes as a part of the current trace, and lets the event take it along; as it is where there is none. */
    public void published(EncodedEvent event, Consumer<EncodedEvent> publish) {
        if (isOff || !Span.current().getSpanContext().isSampled()) {
            publish.accept(event);
            return;
        }
        var span = placed(tracer.spanBuilder("publish").setSpanKind(SpanKind.PRODUCER), event.position()).startSpan();
        try {
            publish.accept(event.inTrace(traceparent(span)));
            end(span, null);
        } catch (RuntimeException e) {
            end(span, e);
            throw e;
        }
    }

    /** Begins the delivery to one connection, in the trace of the event; what it gives ends it. */
    public Runnable delivery(EncodedEvent event) {
        if (isOff || event.trace().isEmpty()) {
            return Traces::nothing;
        }
        var publisher = W3CTraceContextPropagator.getInstance().extract(Context.root(), event.trace(), READING);
        if (!Span.fromContext(publisher).getSpanContext().isValid()) {
            return Traces::nothing;
        }
        var span = placed(tracer.spanBuilder("deliver").setSpanKind(SpanKind.CONSUMER).setParent(publisher),
                event.position()).startSpan();
        return span::end;
    }

    /** Says which request the current span is of, as the log calls it. */
    public void requested(String requestId) {
        if (!isOff) {
            Span.current().setAttribute("together.request_id", requestId);
        }
    }

    private static void nothing() {
    }

    private static SpanBuilder placed(SpanBuilder span, @Nullable EventPosition position) {
        return position == null ? span
                : span.setAttribute("together.chat_id", position.chatId().toString())
                        .setAttribute("together.kind", position.kind().column())
                        .setAttribute("together.number", position.number());
    }

    /** The message of a failure may quote what somebody wrote; its kind does not. */
    private static void end(Span span, @Nullable Throwable failure) {
        if (failure != null && !(failure instanceof Failure)) {
            span.setStatus(StatusCode.ERROR).setAttribute("error.type", failure.getClass().getName());
        }
        span.end();
    }

    private static void run(io.vertx.core.@Nullable Context home, Runnable task) {
        if (home == null || home == Vertx.currentContext()) {
            task.run();
        } else {
            home.runOnContext(there -> task.run());
        }
    }

    private static String traceparent(Span span) {
        var headers = new TreeMap<String, String>();
        W3CTraceContextPropagator.getInstance().inject(Context.root().with(span), headers, Map::put);
        return headers.getOrDefault(TRACEPARENT, "");
    }

    private static final TextMapGetter<String> READING = new TextMapGetter<>() {

        @Override
        public Iterable<String> keys(String traceparent) {
            return List.of(TRACEPARENT);
        }

        @Override
        public @Nullable String get(@Nullable String traceparent, String key) {
            return key.equals(TRACEPARENT) ? traceparent : null;
        }
    };
}
