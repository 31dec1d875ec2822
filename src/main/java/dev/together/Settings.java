package dev.together;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import dev.together.identity.ApiKeys;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Every setting of Together: {@code together.*} in a file, {@code TOGETHER_*} in the environment. */
@ConfigMapping(prefix = "together")
@RegisterForReflection(ignoreNested = false) // read by SettingsCheck
public interface Settings {

    /** What {@link #serves} may name. */
    List<String> SERVABLE = List.of("assistant-cancel", "assistant-run", "assistant-stream", "chat-history", "chat-send",
            "create-conversation", "create-invite", "delete-conversation", "delete-message", "edit-message", "get-conversation",
            "join-conversation", "leave-conversation", "list-conversations", "mark-read", "realtime", "remove-participant",
            "rest", "revoke-invite", "share-conversation", "transfer-conversation", "update-conversation");

    /**
     * The functions that this process answers to, by name, {@code realtime} for the websocket and the REST broadcast, and
     * {@code rest} for the tables; to everything else it answers 404. Everything when empty.
     */
    Optional<List<String>> serves();

    /** How many processes there are or may be; with more than one there must be NATS between them. */
    @WithDefault("1")
    @Min(1)
    int pods();

    /** How this process ends. */
    Drain drain();

    /** Where everything is stored. */
    Database database();

    /** Who may call. */
    Jwt jwt();

    /**
     * Opaque keys ({@code sb_publishable_…}, {@code sb_secret_…}) and the role that each stands for, as {@link ApiKeys} reads
     * them: {@code key:role}.
     */
    Optional<List<String>> apiKeys();

    /** What one request may bring. */
    @Valid
    Limits limits();

    /** Who may read what. */
    Conversations conversations();

    /** The websocket. */
    @Valid
    Realtime realtime();

    /** What is sent again, and for how long. */
    @Valid
    Replay replay();

    /** What was committed and not yet published. */
    Outbox outbox();

    /** What is between pods. */
    @Valid
    Nats nats();

    /** The handler of an assistant that answers in conversations of a mode, by the mode. */
    @Valid
    Map<String, Assistant> assistant();

    /** PostgreSQL, 13 or newer. */
    interface Database {

        /** How long a caller waits for an answer of it. */
        Duration ANSWER_WITHIN = Duration.ofSeconds(5);

        /** Host, port and name: {@code postgresql://host:5432/name}. */
        @WithDefault("postgresql://localhost:5432/together")
        String url();

        @WithDefault("together")
        String username();

        Optional<String> password();

        /** Whether this process brings the schema up to date before it serves; else a job of the same image has done so. */
        @WithDefault("false")
        boolean migrate();

        /** Who migrates. */
        Migration migration();

        /** The name of the TLS configuration {@code quarkus.tls.<name>.*} to connect with; without it no TLS. */
        Optional<String> tlsConfiguration();

        /** A connection on which nothing comes for so long is given up, with what waits for it. */
        @WithDefault("8s")
        Duration silence();
    }

    /** The login that owns the schema and changes it; the one that serves where it is not set. */
    interface Migration {

        Optional<String> username();

        Optional<String> password();
    }

    /** Tokens: the secret or the address of keys is required, and an issuer and an audience with such an address. */
    interface Jwt {

        /** The secret shared with whoever signs the tokens (HS256, HS384, HS512); at least 32 bytes. */
        Optional<String> secret();

        /** Secrets that sign tokens which are still about, besides the one; at least 32 bytes each. */
        Optional<List<String>> previousSecrets();

        /** Whose tokens are taken: their {@code iss} must be one of these. */
        Optional<List<String>> issuer();

        /** For whom tokens must be: one of these must be in their {@code aud}. */
        Optional<List<String>> audience();

        /** Whether no issuer need be named although public keys are read: anybody's {@code iss} will do. */
        @WithDefault("false")
        boolean anyIssuer();

        /** Whether no audience need be named although public keys are read: any {@code aud} will do. */
        @WithDefault("false")
        boolean anyAudience();

        /** Where the public keys of the tokens' issuer are (RS, ES, EdDSA): https, or http on this machine. */
        Optional<URI> jwksUrl();

        /** PEM files of whom to trust with these keys, over https; whom the Java in use trusts when empty. */
        Optional<List<Path>> jwksCertificates();

        /** Whether a token that is signed with a public key may be of the role {@code service_role}. */
        @WithDefault("false")
        boolean jwksServiceRole();
    }

    /**
     * Bounds of the functions' input. What is told of it at the largest still fits into the 1 MiB that NATS takes at a time.
     */
    interface Limits {

        /** Longest text of a message, in bytes of UTF-8. */
        @WithDefault("65536")
        @Min(1)
        @Max(131_072)
        int textBytes();

        /** Largest {@code meta}, in bytes of JSON. */
        @WithDefault("16384")
        @Min(2)
        @Max(131_072)
        int metaBytes();

        /** Most messages in a batch. */
        @WithDefault("100")
        @Min(1)
        @Max(10_000)
        int batchMessages();

        /** People in one conversation: each change of it tells all of them; of more than 100, only of who came and went. */
        @WithDefault("1000")
        @Min(2)
        @Max(5_000)
        int participants();

        /**
         * What one user may ask a second, refused or not, each message of a batch and each 64 KiB of a body for itself; twice
         * as much and a whole batch at once.
         */
        @WithDefault("50")
        @Min(1)
        int sendsPerSecond();

        /** How often one user may join, leave and share conversations a second; ten times as many at once. */
        @WithDefault("3")
        @Min(1)
        @Max(1_000_000)
        int changesPerSecond();

        /** Who has left a conversation cannot join it again for so long. */
        @WithDefault("3s")
        Duration rejoinAfter();

        /**
         * How long a client may take to send a body or a message, or to take a long answer; then its connection is closed.
         */
        @WithDefault("60s")
        Duration transferTime();
    }

    /** Conversations and their messages. */
    interface Conversations {

        /**
         * Whether any signed-in user may read by {@code /rest/v1} a shared conversation whose id they name, before they join.
         */
        @WithDefault("false")
        boolean publicReadable();
    }

    /** Bounds and habits of the websocket. */
    interface Realtime {

        /** A client that sends a larger frame than this is cut. */
        int MOST_FRAME_BYTES = 3_000_000;

        /**
         * Topics besides {@code user-realtime:*} that signed-in clients may use for Broadcast and Presence; {@code *} stands
         * for any text.
         */
        Optional<List<String>> openTopics();

        /** Origins that browsers may connect from; all when empty. */
        Optional<List<String>> allowedOrigins();

        /** Connections of this process. */
        @WithDefault("50000")
        @Min(1)
        int connections();

        /** Connections of one user on this process. */
        @WithDefault("50")
        @Min(1)
        int connectionsPerUser();

        /** Connections of this process with the anon key that have joined nothing yet. */
        @WithDefault("10000")
        @Min(1)
        int connectionsPerKey();

        /**
         * Connections of this process from one address, or one /64 of IPv6. Behind a proxy all have its address, unless it
         * tells
         * theirs ({@code quarkus.http.proxy.*}).
         */
        @WithDefault("10000")
        @Min(1)
        int connectionsPerAddress();

        /** New connections of this process a second; twice as many at once. */
        @WithDefault("2000")
        @Min(1)
        int upgradesPerSecond();

        /** Channels of one connection. */
        @WithDefault("100")
        @Min(1)
        int channelsPerConnection();

        /** Joins of one connection a second; at once ten times as many, or twice the channels of a connection. */
        @WithDefault("10")
        @Min(1)
        int joinsPerSecond();

        /**
         * Frames of one connection a second, pings and pongs as well; at once four times as many, or as the channels of a
         * connection.
         */
        @WithDefault("100")
        @Min(1)
        int framesPerSecond();

        /** Bytes of the frames of one connection a second; four times as many at once. */
        @WithDefault("2097152")
        @Min(65_536)
        int bytesPerSecond();

        /**
         * The largest frame of a client, and the largest payload of a broadcast by REST, in bytes. Above 3,000,000 the
         * connection ends; NATS must take as much at a time.
         */
        @WithDefault("262144")
        @Min(16_384)
        @Max(MOST_FRAME_BYTES)
        int broadcastBytes();

        /**
         * What may wait to be written to one connection, and what may wait to be handled of it, in bytes. A 16th of it where
         * all connections together have a quarter of the memory.
         */
        @WithDefault("4194304")
        @Min(1024)
        long queueBytes();

        /** A connection that sends no frame for so long is closed. */
        @WithDefault("60s")
        Duration idleTimeout();

        /** A connection that has no channel for so long is closed; supabase-js closes one itself after 50 seconds. */
        @WithDefault("55s")
        Duration joinTimeout();

        /** How long a connection whose token has expired may take to bring a new one. */
        @WithDefault("30s")
        Duration tokenGrace();

        /** What happens after the grace: the socket closes (clients come back by themselves), or each channel (they do not). */
        @WithDefault("close-socket")
        Expiry tokenExpiry();
    }

    /** What becomes of a connection whose token has expired. */
    enum Expiry {
        CLOSE_SOCKET,
        CLOSE_CHANNEL
    }

    /** Replay and resume. */
    interface Replay {

        /** Most events that one join gets again. */
        @WithDefault("1000")
        @Min(1)
        @Max(100_000)
        int limit();

        /** A client that comes back gets what happened since so long ago, without asking. */
        @WithDefault("2m")
        Duration resumeWindow();

        /** How long changes of conversations are kept for replay; messages are kept for good. */
        @WithDefault("72h")
        Duration retention();
    }

    /** The outbox and its sweeper. */
    interface Outbox {

        /** How often each process looks for entries that are due. */
        Duration SWEEP_EVERY = Duration.ofSeconds(1);

        /** An entry this old was not published by its own process; any process publishes it. */
        @WithDefault("3s")
        Duration due();
    }

    /** NATS 2; without a URL nothing leaves this process, and there must be no other. */
    interface Nats {

        /** How long a connection, a write or an answer may take. */
        Duration TIMEOUT = Duration.ofSeconds(2);

        /** Where it is: {@code nats://host:4222}; several with commas. */
        Optional<List<String>> url();

        Optional<String> username();

        Optional<String> password();

        Optional<String> token();

        /** A file of credentials: a user's JWT and seed. */
        Optional<Path> credentials();

        /** A file with the seed of an nkey. */
        Optional<Path> nkey();

        /** The name of the TLS configuration {@code quarkus.tls.<name>.*} to connect with; without it no TLS. */
        Optional<String> tlsConfiguration();

        /** How often NATS is asked for a sign of life; it counts as lost when it owes several. */
        @WithDefault("1s")
        Duration pingInterval();

        /** With so many bytes published and not yet confirmed, further events stay in the outbox until some are. */
        @WithDefault("33554432")
        @Min(1024)
        long pendingBytes();
    }

    /** A handler of an assistant: what is called when somebody has sent a message, and how. */
    interface Assistant {

        /** What is called: http or https. */
        URI url();

        /** What signs the calls, after Standard Webhooks: {@code whsec_} and base64, or any text. Not signed without it. */
        Optional<String> secret();

        /** The bearer token of the calls. */
        Optional<String> bearer();

        /** Whether each message begins a run, or only one that is sent with {@code analyze}. */
        @WithDefault("analyze")
        When when();

        /** How long a handler may take to take a run, with all repeated calls; one that replies with its text, to do that. */
        @WithDefault("60s")
        Duration timeout();

        /** A handler that has taken a run and is not heard of for so long has failed. */
        @WithDefault("60s")
        Duration silence();

        /** Whether the message that ends a run begins another. */
        @WithDefault("false")
        boolean agents();

        /** Calls of it that this process makes at a time. */
        @WithDefault("64")
        @Min(1)
        @Max(10_000)
        int concurrency();
    }

    /** Which messages begin a run. */
    enum When {
        ANALYZE,
        ALWAYS
    }

    /** The end of a process that is asked to (SIGTERM). */
    interface Drain {

        /** How long it goes on, not ready any more, until nobody sends it anything new. */
        @WithDefault("3s")
        Duration delay();

        /** Over how long its websockets are closed, evenly: their clients come back at once, to other processes. */
        @WithDefault("10s")
        Duration window();

        /** How long functions may then take that are under way; with the last of them the process ends. */
        @WithDefault("15s")
        Duration finish();
    }

    /** Whether this process answers to this function, or to {@code realtime}. */
    static boolean isServed(Settings settings, String name) {
        return settings.serves().map(served -> served.contains(name)).orElse(true);
    }
}
