package dev.together.local;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

import dev.together.Settings;
import dev.together.identity.Role;
import io.quarkus.runtime.StartupEvent;

/** Prints two people, their tokens, and what to type. */
@Singleton
class TryIt {

    private static final Duration VALID = Duration.ofDays(7);
    private static final UUID ALICE = UUID.fromString("00000000-0000-4000-8000-00000000000a");
    private static final UUID BOB = UUID.fromString("00000000-0000-4000-8000-00000000000b");

    private final Settings settings;
    private final Clock clock;
    private final int port;

    TryIt(Settings settings, Clock clock, @ConfigProperty(name = "quarkus.http.port") int port) {
        this.settings = settings;
        this.clock = clock;
        this.port = port;
    }

    void print(@Observes StartupEvent event) throws JoseException {
        System.out.printf(
                """

                        Together is at http://127.0.0.1:%d

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
                port, token(Role.ANON, null), token(Role.SERVICE_ROLE, null), ALICE, BOB,
                token(Role.AUTHENTICATED, ALICE), token(Role.AUTHENTICATED, BOB));
    }

    private String token(Role role, @Nullable UUID user) throws JoseException {
        var claims = new JwtClaims();
        claims.setStringClaim("role", role.claim());
        claims.setExpirationTime(NumericDate.fromSeconds(clock.instant().plus(VALID).getEpochSecond()));
        if (user != null) {
            claims.setSubject(user.toString());
        }
        var jws = new JsonWebSignature();
        jws.setAlgorithmHeaderValue("HS256");
        jws.setHeader("typ", "JWT");
        jws.setKey(new HmacKey(settings.jwt().secret().orElseThrow().getBytes(StandardCharsets.UTF_8)));
        jws.setPayload(claims.toJson());
        return jws.getCompactSerialization();
    }
}
