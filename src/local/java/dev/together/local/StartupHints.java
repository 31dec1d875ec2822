package dev.together.local;

import java.util.UUID;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import dev.together.identity.Role;
import io.quarkus.runtime.StartupEvent;

/** Prints two people, their tokens, and what to type. */
@Singleton
class StartupHints {

    private static final UUID ALICE = UUID.fromString("00000000-0000-4000-8000-00000000000a");
    private static final UUID BOB = UUID.fromString("00000000-0000-4000-8000-00000000000b");

    private final TokenIssuer mint;
    private final int port;

    StartupHints(TokenIssuer mint, @ConfigProperty(name = "quarkus.http.port") int port) {
        this.mint = mint;
        this.port = port;
    }

    void print(@Observes StartupEvent event) {
        System.out.printf(
                """

                        Together is at http://127.0.0.1:%d
                        Open it in two windows and talk, or go on here:

                        export URL=http://127.0.0.1:%1$d
                        export ANON_KEY=%s
                        export SERVICE_KEY=%s
                        # Alice is %s, Bob is %s
                        export ALICE=%s
                        export BOB=%s

                        Alice opens a conversation, shares it, Bob joins, Alice speaks:

                        call() { curl -s "$URL/functions/v1/$2" -H "Authorization: Bearer $1" -H 'Content-Type: application/json' -d "$3"; echo; }
                        CHAT=$(call $ALICE create-conversation '{"mode":"together","title":"Hello"}' | sed 's/.*"conversation":{"id":"\\([^"]*\\)".*/\\1/')
                        call $ALICE share-conversation "{\\"conversation_id\\":\\"$CHAT\\"}"
                        call $BOB join-conversation "{\\"conversation_id\\":\\"$CHAT\\"}"
                        call $ALICE chat-send "{\\"chat_id\\":\\"$CHAT\\",\\"mode\\":\\"together\\",\\"text\\":\\"Hello Bob\\"}"
                        call $BOB chat-history "{\\"chat_id\\":\\"$CHAT\\"}"

                        """,
                port, mint.key(Role.ANON), mint.key(Role.SERVICE_ROLE), ALICE, BOB, mint.token(ALICE), mint.token(BOB));
    }
}
