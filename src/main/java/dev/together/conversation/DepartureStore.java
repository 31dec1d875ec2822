package dev.together.conversation;

import static dev.together.http.Failure.Code.TOO_MANY;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;

import jakarta.inject.Singleton;

import org.hibernate.reactive.mutiny.Mutiny;

import dev.together.Settings;
import dev.together.http.Failure;
import io.smallrye.mutiny.Uni;

/** Who has left a conversation just now: nobody goes in and out of it in turns, telling everybody each time. */
@Singleton
class DepartureStore {

    private static final String LEFT_SINCE = """
            select created_at from conversation_updates
            where recipient = ?1 and created_at > ?2 and conversation_id = ?3 and event_type = 'DELETE'
            order by created_at desc limit 1
            """;

    private final Duration rejoinAfter;

    DepartureStore(Settings settings) {
        this.rejoinAfter = settings.limits().rejoinAfter();
    }

    /** Fails with 429 where the user has left it so short a time ago that they may not be back yet. */
    Uni<Void> requireLongAgo(Mutiny.Session session, Conversation conversation, UUID user, Instant now) {
        if (rejoinAfter.isZero()) {
            return Uni.createFrom().voidItem();
        }
        return session.createNativeQuery(LEFT_SINCE, OffsetDateTime.class)
                .setParameter(1, user).setParameter(2, now.minus(rejoinAfter)).setParameter(3, conversation.id)
                .getResultList().invoke(left -> requireNone(left, now)).replaceWithVoid();
    }

    private void requireNone(List<OffsetDateTime> left, Instant now) {
        if (left.isEmpty()) {
            return;
        }
        var wait = Duration.between(now, left.get(0).toInstant().plus(rejoinAfter));
        long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
        throw new Failure(TOO_MANY, "You have just left this conversation; join it again in " + seconds + " s", seconds);
    }
}
