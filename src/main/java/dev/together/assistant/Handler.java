package dev.together.assistant;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import jakarta.enterprise.util.TypeLiteral;
import jakarta.ws.rs.core.Response;

import dev.together.Settings;
import io.quarkus.rest.client.reactive.QuarkusRestClientBuilder;
import io.smallrye.faulttolerance.api.TypedGuard;
import io.smallrye.mutiny.Uni;

/** The handler of one mode: where it is, and how it is called. What does not answer is left alone for a while. */
class Handler {

    private static final int CALLS_LOOKED_AT = 20;
    private static final double HALF = 0.5;
    private static final int REST_SECONDS = 5;
    private static final int CONNECT_SECONDS = 5;
    private static final int SERVER_ERROR = 500;

    final Settings.Assistant settings;
    private final HandlerClient client;
    private final Optional<WebhookSecret> secret;
    private final TypedGuard<Uni<Response>> guard;
    private final Clock clock;

    Handler(String mode, Settings.Assistant settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.secret = settings.secret().map(WebhookSecret::new);
        this.client = QuarkusRestClientBuilder.newBuilder().baseUri(settings.url())
                .connectTimeout(CONNECT_SECONDS, TimeUnit.SECONDS)
                .readTimeout(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .followRedirects(false).disableDefaultMapper(true).build(HandlerClient.class);
        this.guard = TypedGuard.create(new TypeLiteral<Uni<Response>>() {
        }).withDescription("assistant " + mode)
                .withBulkhead().limit(settings.concurrency()).queueSize(settings.concurrency()).done()
                .withCircuitBreaker().requestVolumeThreshold(CALLS_LOOKED_AT).failureRatio(HALF)
                .delay(REST_SECONDS, ChronoUnit.SECONDS).done()
                .build();
    }

    /** What it answers; fails where it cannot be had now. */
    Uni<Response> call(String id, String body) {
        return Uni.createFrom().deferred(() -> guard.get(() -> send(id, body)));
    }

    private Uni<Response> send(String id, String body) {
        var now = clock.instant();
        var signature = secret.map(key -> key.sign(id, now, body)).orElse(null);
        var bearer = settings.bearer().map(token -> "Bearer " + token).orElse(null);
        return client.call(bearer, id, String.valueOf(now.getEpochSecond()), signature, body).invoke(response -> {
            if (response.getStatus() >= SERVER_ERROR) {
                throw new IllegalStateException("The handler answered " + response.getStatus());
            }
        });
    }
}
