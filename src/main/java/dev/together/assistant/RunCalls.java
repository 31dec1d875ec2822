package dev.together.assistant;

import static dev.together.assistant.RunMetrics.Call.FAILED;
import static dev.together.assistant.RunMetrics.Call.REFUSED;
import static dev.together.assistant.RunMetrics.Call.TAKEN;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.together.assistant.RunStore.Claimed;
import dev.together.log.LogEvent;
import dev.together.message.AssistantAnswers.RunEnd;
import dev.together.message.Message;
import dev.together.time.Timers;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;

/**
 * Calls handlers, at least once a run. A call that fails is repeated, later each time, by whichever pod sees first that it is
 * time; one that this pod makes, no other makes meanwhile.
 */
@Singleton
class RunCalls {

    private static final Duration RENEW_EVERY = Duration.ofSeconds(3);
    private static final Duration FIRST_DELAY = Duration.ofMillis(500);
    private static final int MOST_DOUBLINGS = 5;
    private static final int LEAST_FAILURE = 300;
    /** Too early, too many, timed out: the same call may be taken later. */
    private static final Set<Integer> PASSING = Set.of(408, 425, 429);
    private static final int MOST_TEXT = 1 << 20;

    private final RunStore runs;
    private final RunEnds ends;
    private final Handlers handlers;
    private final RunMetrics metrics;
    private final ObjectMapper json;
    private final Set<RunKey> open = ConcurrentHashMap.newKeySet();

    RunCalls(RunStore runs, RunEnds ends, Handlers handlers, RunMetrics metrics, ObjectMapper json) {
        this.runs = runs;
        this.ends = ends;
        this.handlers = handlers;
        this.metrics = metrics;
        this.json = json;
    }

    /** What a handler is called with: what those of old know, and what is new. */
    @RegisterForReflection
    record Body(String type, UUID runId, int hop, long messageNumber, Message message, @JsonRawValue String participants,
            UUID chatId, String text, String mode, @Nullable UUID userId, @Nullable String userName, boolean analyze,
            String source) {

        static Body of(Claimed run) {
            var message = run.message();
            return new Body("message.created", run.key().runId(), run.hop(), message.messageNumber(), message,
                    run.participants(), message.chatId(), message.text(), run.mode(), message.userId(), message.userName(),
                    run.isAnalyze(), "chat-send");
        }
    }

    void start(@Observes StartupEvent event, Timers timers) {
        timers.every(RENEW_EVERY, () -> {
            if (!open.isEmpty()) {
                runs.renew(Set.copyOf(open)).subscribe().with(done -> {
                }, e -> LogEvent.warn(RunCalls.class, "assistant_renew_failed").with(e).log());
            }
        });
    }

    /** Calls the handler of the run, unless another pod does, or it is not time; never fails. */
    Uni<Void> call(RunKey key) {
        return runs.claim(key)
                .flatMap(run -> run.isPresent() ? call(run.get()) : Uni.createFrom().voidItem())
                .onFailure().invoke(e -> LogEvent.warn(RunCalls.class, "assistant_call_failed").with("run_id", key.runId())
                        .withoutMessage(e).log())
                .onFailure().recoverWithNull();
    }

    /** Calls the handler because nobody wants the answer any more; once, since the reply to its next delta says so too. */
    Uni<Void> cancelled(RunKey key, String mode) {
        var body = write(Map.of("type", "run.cancelled", "run_id", key.runId(), "chat_id", key.chatId()));
        return handlers.of(mode).map(handler -> handler.call(key.runId() + "-cancelled", body).replaceWithVoid())
                .orElseGet(() -> Uni.createFrom().voidItem())
                .onFailure().recoverWithNull();
    }

    private Uni<Void> call(Claimed run) {
        var handler = handlers.of(run.mode());
        if (handler.isEmpty()) {
            return ends.stop(run.key(), RunEnds.ERROR).replaceWithVoid();
        }
        open.add(run.key());
        return handler.get().call(run.key().runId().toString(), write(Body.of(run)))
                .onTermination().invoke(() -> open.remove(run.key()))
                .flatMap(response -> settle(run, handler.get(), response))
                .onFailure().recoverWithUni(e -> later(run, String.valueOf(e.getClass().getSimpleName())));
    }

    private Uni<Void> settle(Claimed run, Handler handler, Response response) {
        int status = response.getStatus();
        if (PASSING.contains(status)) {
            return later(run, "status " + status);
        }
        if (status >= LEAST_FAILURE) {
            metrics.called(REFUSED);
            LogEvent.warn(RunCalls.class, "assistant_call_refused").with("run_id", run.key().runId())
                    .with("status", status).log();
            return ends.stop(run.key(), RunEnds.ERROR).replaceWithVoid();
        }
        metrics.called(TAKEN);
        var text = text(response);
        return text == null ? runs.take(run.key(), handler.settings.silence())
                : ends.end(new RunEnd(run.key().chatId(), run.key().runId(), text, "complete", null, null, "{}"))
                        .replaceWithVoid();
    }

    private Uni<Void> later(Claimed run, String reason) {
        metrics.called(FAILED);
        LogEvent.warn(RunCalls.class, "assistant_call_postponed").with("run_id", run.key().runId())
                .with("calls", run.calls()).with("error", reason).log();
        return runs.postpone(run.key(), delay(run.calls()));
    }

    /** Doubled each time, and not the same for all. */
    private static Duration delay(int calls) {
        long longest = FIRST_DELAY.toMillis() << Math.min(MOST_DOUBLINGS, calls);
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(longest / 2, longest));
    }

    /** What a handler answers at once; null where it answers by the other calls. */
    private @Nullable String text(Response response) {
        var body = response.readEntity(String.class);
        if (body == null || body.isBlank() || body.length() > MOST_TEXT) {
            return null;
        }
        try {
            var text = json.readTree(body).path("text");
            return text.isTextual() ? text.textValue() : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private String write(Object body) {
        try {
            return json.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A call cannot be written as JSON", e);
        }
    }
}
