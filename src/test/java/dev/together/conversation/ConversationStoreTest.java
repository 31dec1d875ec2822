package dev.together.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import dev.together.conversation.ConversationStore.Page;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;

/** How much of the store is in memory at a time. */
@QuarkusTest
class ConversationStoreTest extends WithPeople {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final UUID LEAST_ID = new UUID(0, 0);
    private static final int CONVERSATIONS = 20;
    private static final int CROWD = 2_000;

    @Inject
    ConversationStore store;

    @Inject
    Pool pool;

    @Test
    void of_crowded_conversations_only_those_are_read_that_fit_the_page() throws Throwable {
        var alice = person();
        var chats = Stream.generate(alice::opens).limit(CONVERSATIONS).toList();
        chats.forEach(chat -> crowd(UUID.fromString(chat)));

        var first = page(alice.id, Instant.now().plusSeconds(60), LEAST_ID);
        var last = first.conversations().get(first.conversations().size() - 1);
        var second = page(alice.id, last.conversation().updatedAt, last.conversation().id);

        assertThat(first.isLast()).isFalse();
        assertThat(first.conversations()).hasSizeBetween(3, 6)
                .allSatisfy(conversation -> assertThat(conversation.conversation().participants).hasSize(CROWD));
        assertThat(second.conversations()).extracting(conversation -> conversation.conversation().id)
                .doesNotContainAnyElementsOf(
                        first.conversations().stream().map(conversation -> conversation.conversation().id).toList());
    }

    @Test
    void what_could_not_be_answered_is_not_stored() throws Throwable {
        var alice = person();
        var wire = alice.online();

        for (var half : new String[] { "\ud83d", "a\ude00b" }) {
            assertThatThrownBy(() -> create(alice.id, "{\"a\":\"" + half + "\"}")).as("meta")
                    .isInstanceOf(Exception.class);
        }

        assertThat(page(alice.id, Instant.now().plusSeconds(60), LEAST_ID).conversations()).isEmpty();
        wire.hearsNothing();
    }

    @CanIgnoreReturnValue
    private ConversationChange create(UUID owner, String meta) throws Throwable {
        return VertxContextSupport.subscribeAndAwait(() -> store.create(owner, "m", null, meta));
    }

    private Page page(UUID user, Instant before, UUID beforeId) throws Throwable {
        return VertxContextSupport.subscribeAndAwait(() -> store.ofUser(user, before, beforeId, 200));
    }

    private void crowd(UUID chat) {
        pool.preparedQuery("""
                insert into conversations_participants (conversation_id, user_id, role, joined_at)
                select $1, gen_random_uuid(), 'member', now() from generate_series(1, $2::int)
                """).execute(Tuple.of(chat, CROWD)).await().atMost(PATIENCE);
    }
}
